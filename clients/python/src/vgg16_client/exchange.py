"""What to send on a stream, and what its answers mean; without input, output or a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from .errors import DeadlineExceededError, ImageError, ServiceError, UnavailableError, Vgg16Error
from .images import ImageLike, message_of, name_of
from .items import Item, Outstanding, Sent
from .methods import Operation
from .results import Backbone
from .statuses import error_of_status

R = TypeVar("R")


@dataclass(frozen=True)
class Limits:
    """Of one stream.

    Attributes:
        in_flight: images that may be without an answer.
        timeout: seconds that one image may take, with all its attempts.
        attempts: streams that may break in turn without an answer in between.
        first_pause: seconds after the first that broke; doubled after each further one.
    """

    in_flight: int = 16
    timeout: float = 30.0
    attempts: int = 8
    first_pause: float = 0.1


class Exchange(Generic[R]):
    """Sends images on one stream after another until each has a result.

    When a stream breaks with UNAVAILABLE, images without an answer are sent again on the next one.
    An image that is refused because too much is waiting is sent again after a pause. `now` is the
    time in seconds of any steady clock.
    """

    def __init__(
        self,
        images: Iterator[ImageLike],
        operation: Operation[R],
        backbone: Backbone,
        limits: Limits,
    ):
        self._operation = operation
        self._backbone = backbone
        self._limits = limits
        self._outstanding = Outstanding(images)
        self._paused_until: float | None = None
        self._last_answer: float | None = None
        self._failures = 0

    @property
    def is_done(self) -> bool:
        return not self._outstanding.has_unsent and self._outstanding.in_flight == 0

    def next(self, clock: Callable[[], float]) -> Sent | None:
        """The next image to send; None when none may be sent now, or there is none."""
        if self._pause(clock()) > 0 or self._outstanding.in_flight >= self._limits.in_flight:
            return None
        return self._outstanding.next(clock)

    def request(self, sent: Sent) -> Message | ImageError:
        """Reads the image; the only part that takes long, and may run on another thread."""
        try:
            return self._operation.item(sent.id, message_of(sent.image, self._backbone))
        except ImageError as error:
            return error

    def unsendable(self, sent: Sent, error: ImageError) -> Item[R]:
        """The result of an image that could not be read."""
        self._outstanding.remove(sent.id)
        return _item(sent, error)

    def answered(self, answer: Any, now: float) -> Item[R] | None:
        """The result that an answer holds; None when the image is sent again, or was late."""
        sent = self._outstanding.remove(answer.id)
        if sent is None:
            return None
        self._failures = 0
        self._last_answer = now
        if not answer.HasField("error"):
            return _item(sent, self._operation.result(answer.response))
        error = error_of_status(answer.error)
        if error.code == "RESOURCE_EXHAUSTED" and now - sent.since < self._limits.timeout:
            self._outstanding.again(sent)
            self._pause_for(max(error.retry_after or 0, self._limits.first_pause), now)
            return None
        return _item(sent, error)

    def broken(self, error: ServiceError, now: float) -> None:
        """A stream has ended before all images had an answer. Raises where another is no help."""
        self._outstanding.all_again()
        self._failures += 1
        if error.code not in ("UNAVAILABLE", "ABORTED") or self._failures > self._limits.attempts:
            raise error
        self._pause_for(self._limits.first_pause * 2 ** (self._failures - 1), now)

    def expired(self, now: float) -> tuple[list[Item[R]], ServiceError | None]:
        """Images that waited too long; and, where the whole stream is silent, its error."""
        late = self._outstanding.remove_sent_until(now - self._limits.timeout)
        silent = any(self._last_answer is None or self._last_answer < s.since for s in late)
        error = UnavailableError("the service does not answer", "UNAVAILABLE") if silent else None
        return [_item(sent, self._too_late()) for sent in late], error

    def wait(self, now: float) -> float:
        """Seconds until something is to be done, if no answer comes before."""
        oldest = self._outstanding.oldest()
        times = [] if oldest is None else [oldest + self._limits.timeout - now]
        if self._outstanding.has_unsent and self._pause(now) > 0:
            times.append(self._pause(now))
        return max(0.0, min(times, default=0.0))

    def _pause(self, now: float) -> float:
        return 0.0 if self._paused_until is None else self._paused_until - now

    def _pause_for(self, seconds: float, now: float) -> None:
        """The first of several refusals starts the pause."""
        if self._pause(now) <= 0:
            self._paused_until = now + seconds

    def _too_late(self) -> DeadlineExceededError:
        return DeadlineExceededError(
            f"no answer within {self._limits.timeout:g} s", "DEADLINE_EXCEEDED"
        )


def _item(sent: Sent, result: R | Vgg16Error) -> Item[R]:
    return Item(sent.index, name_of(sent.image), result)

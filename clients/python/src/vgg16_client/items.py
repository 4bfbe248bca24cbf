"""The images of a stream: those without a result, and what is done when one is late or refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from .errors import Vgg16Error
from .images import ImageLike

R = TypeVar("R")


@dataclass(frozen=True)
class Item(Generic[R]):
    """One image of several, and its result.

    Attributes:
        index: its place among the images.
        source: its path, or an empty string where it has none.
        result: what the service answered, or why there is no answer.
    """

    index: int
    source: str
    result: R | Vgg16Error

    @property
    def value(self) -> R:
        """The result. Raises it if it is an error."""
        if isinstance(self.result, Vgg16Error):
            raise self.result
        return self.result

    @property
    def error(self) -> Vgg16Error | None:
        """Why there is no result."""
        return self.result if isinstance(self.result, Vgg16Error) else None


@dataclass(frozen=True, eq=False)
class Sent:
    """An image in flight, and when it was first sent, in seconds of the clock."""

    index: int
    image: ImageLike
    since: float

    @property
    def id(self) -> str:
        return str(self.index)


class Outstanding:
    """The images without a result: those to be sent, in their order, and those in flight."""

    def __init__(self, images: Iterator[ImageLike]):
        self._new = enumerate(images)
        self._again: deque[Sent] = deque()
        self._in_flight: dict[str, Sent] = {}
        self._exhausted = False

    @property
    def in_flight(self) -> int:
        return len(self._in_flight)

    @property
    def has_unsent(self) -> bool:
        """True also where the images have not said yet that they have ended."""
        return bool(self._again) or not self._exhausted

    def next(self, clock: Callable[[], float]) -> Sent | None:
        """Puts the next image in flight; None when there is none to send."""
        sent = self._again.popleft() if self._again else self._first_time(clock)
        if sent is not None:
            self._in_flight[sent.id] = sent
        return sent

    def _first_time(self, clock: Callable[[], float]) -> Sent | None:
        for index, image in self._new:
            # The clock after the image is there: its source may have taken long.
            return Sent(index, image, clock())
        self._exhausted = True
        return None

    def remove(self, item_id: str) -> Sent | None:
        """Takes an image out of flight; None when it is not in flight any more."""
        return self._in_flight.pop(item_id, None)

    def again(self, sent: Sent) -> None:
        """Puts an image before all that are to be sent: its time is running."""
        self._again.appendleft(sent)

    def all_again(self) -> None:
        """Puts all images in flight before those to be sent, in their order."""
        self._again.extendleft(reversed(self._in_flight.values()))
        self._in_flight.clear()

    def oldest(self) -> float | None:
        """When the image that waits longest was first sent."""
        return min((sent.since for sent in self._in_flight.values()), default=None)

    def remove_sent_until(self, moment: float) -> list[Sent]:
        """Takes those out of flight that were first sent at this moment or before."""
        late = [sent for sent in self._in_flight.values() if sent.since <= moment]
        for sent in late:
            del self._in_flight[sent.id]
        return late

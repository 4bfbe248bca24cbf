"""The running feature service: maps and scores of photos, many under way on one stream."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import grpc
import numpy as np
from google.protobuf.message import Message

from ..data.photos import Photo
from ..errors import ModelsError, UndecodableError
from ..printable import shown
from .address import require_address
from .connection_errors import unreachable
from .contract import contract
from .security import PLAIN, Security

UNDER_WAY = 64
"""Photos that may be unanswered; the service itself holds back what is too much for it."""

ATTEMPTS = 8
"""Pauses in a row that may pass without one answer; each is longer, 25 seconds in all."""

FIRST_PAUSE = 0.1

LARGEST_MESSAGE = 64 << 20


@dataclass(frozen=True)
class Scored:
    """What one head says: its labels, and the score of each."""

    head: str
    version: str
    labels: tuple[str, ...]
    scores: np.ndarray


class FeatureService:
    """A client of one feature service. Raises ModelsError when it can't be reached."""

    def __init__(self, target: str, security: Security = PLAIN, timeout: float = 5):
        """`timeout`: seconds until it must have answered for the first time."""
        require_address(target)
        options = [
            ("grpc.max_receive_message_length", LARGEST_MESSAGE),
            ("grpc.max_send_message_length", LARGEST_MESSAGE),
        ]
        self._target = target
        self._timeout = timeout
        self._contract = contract()
        self._channel = security.channel(target, options)
        self._metadata = security.metadata()

    def backbone(self) -> Message:
        """What runs there: a GetBackboneResponse. A service that is not there is not waited for."""
        request = self._contract.message("GetBackboneRequest")()
        try:
            return self._call("GetBackbone")(
                request, timeout=self._timeout, metadata=self._metadata
            )
        except grpc.RpcError as error:
            raise unreachable(self._target, error) from error

    def extract(
        self, photos: Iterable[tuple[Photo, bytes]]
    ) -> Iterator[tuple[Photo, np.ndarray | UndecodableError]]:
        """The map [height,width,channels] of each photo, or why it has none, as they come."""

        def request(number: str, data: bytes) -> Message:
            item = self._contract.message("ExtractStreamRequest")(id=number)
            item.request.image.encoded = data
            return item

        shape = tuple(self.backbone().output_shape)
        for photo, answer in self._stream("ExtractStream", request, photos):
            if answer.HasField("error"):
                yield photo, _refusal(answer.error)
            else:
                yield photo, np.frombuffer(answer.response.maps.data, "<f4").reshape(shape)

    def classify(
        self, photos: Iterable[tuple[Photo, bytes]], head: str
    ) -> Iterator[tuple[Photo, Scored | UndecodableError]]:
        """What a head ("name", "name@version", or "": the default one) says of each photo.

        Raises ModelsError when it can't be asked.
        """

        def request(number: str, data: bytes) -> Message:
            item = self._contract.message("ClassifyStreamRequest")(id=number)
            item.request.image.encoded = data
            if head:
                item.request.heads.append(head)
            return item

        for photo, answer in self._stream("ClassifyStream", request, photos):
            if answer.HasField("error"):
                yield photo, _refusal(answer.error)
            else:
                (said,) = answer.response.heads
                if said.HasField("error"):
                    raise ModelsError(f"the head can't be asked: {said.error.message}")
                ordered = sorted(said.scores, key=lambda score: score.index)
                yield (
                    photo,
                    Scored(
                        said.head,
                        said.version,
                        tuple(score.label for score in ordered),
                        np.array([score.score for score in ordered], np.float32),
                    ),
                )

    def _call(self, method: str):
        return self._contract.call(self._channel, "FeatureService", method)

    def _stream(
        self,
        method: str,
        request: Callable[[str, bytes], Message],
        photos: Iterable[tuple[Photo, bytes]],
    ) -> Iterator[tuple[Photo, Message]]:
        """Each photo's answer. What a stream that breaks has left unanswered is sent again, and so
        is, after a pause, what the service had no place for."""
        queue = _Queue(photos)
        attempts = _Attempts()
        while True:
            stream = _Stream(queue, request)
            call = self._call(method)(stream.requests(), metadata=self._metadata)
            try:
                yield from _answers(call, stream, attempts)
                if stream.is_done():
                    return
                if attempts.are_over():
                    raise ModelsError(f"the feature service at {self._target} ends its streams")
            except grpc.RpcError as error:
                self._require_retry(error, stream, attempts)
            finally:
                call.cancel()
                stream.end()
            time.sleep(attempts.pause())
            attempts.failures += 1

    def _require_retry(self, error: grpc.RpcError, stream: _Stream, attempts: _Attempts) -> None:
        """Raises ModelsError where a stream that ended so need not be tried again."""
        if _is_too_large(error):
            photo, size = stream.largest()
            raise ModelsError(
                f"{shown(photo.path)}, {size:,} bytes, is more than the feature service at"
                f" {self._target} takes: leave it out, or make it smaller"
            ) from error
        if error.code() != grpc.StatusCode.UNAVAILABLE or attempts.are_over():
            raise unreachable(self._target, error) from error


class _Attempts:
    """Failures in a row, and the pause after each, which doubles."""

    def __init__(self):
        self.failures = 0

    def pause(self) -> float:
        return FIRST_PAUSE * 2**self.failures

    def are_over(self) -> bool:
        return self.failures >= ATTEMPTS


def _answers(
    call: Iterable[Message], stream: _Stream, attempts: _Attempts
) -> Iterator[tuple[Photo, Message]]:
    """The answers of one stream; what it had no place for is put back."""
    for answer in call:
        if _has_no_place(answer) and not attempts.are_over():
            attempts.failures += stream.refused(answer.id, attempts.pause())
            continue
        yield stream.answered(answer.id), answer
        attempts.failures = 0


class _Queue:
    """Photos that are to be sent, numbered; used under its lock, by one stream at a time."""

    def __init__(self, photos: Iterable[tuple[Photo, bytes]]):
        self._new = ((str(number), each) for number, each in enumerate(photos))
        self._again: deque[tuple[str, tuple[Photo, bytes]]] = deque()
        self.changed = threading.Condition()

    def next(self) -> tuple[str, tuple[Photo, bytes]] | None:
        return self._again.popleft() if self._again else next(self._new, None)

    def put_back(self, photos: Iterable[tuple[str, tuple[Photo, bytes]]]) -> None:
        self._again.extend(photos)


class _Stream:
    """The requests of one stream, at most UNDER_WAY of them unanswered."""

    def __init__(self, queue: _Queue, request: Callable[[str, bytes], Message]):
        self._queue = queue
        self._request = request
        self._unanswered: dict[str, tuple[Photo, bytes]] = {}
        self._paused_until = 0.0
        self._ended = False

    def requests(self) -> Iterator[Message]:
        """Run by gRPC, on a thread of its own. Ends when every photo has its answer."""
        while (each := self._next()) is not None:
            number, (_, data) = each
            yield self._request(number, data)

    def _next(self) -> tuple[str, tuple[Photo, bytes]] | None:
        with self._queue.changed:
            while not self._ended:
                pause = self._paused_until - time.monotonic()
                if pause <= 0 and len(self._unanswered) < UNDER_WAY:
                    each = self._queue.next()
                    if each is not None:
                        self._unanswered[each[0]] = each[1]
                        return each
                    if not self._unanswered:
                        return None
                self._queue.changed.wait(pause if pause > 0 else None)
            return None

    def answered(self, number: str) -> Photo:
        with self._queue.changed:
            photo, _ = self._unanswered.pop(number)
            self._queue.changed.notify_all()
            return photo

    def refused(self, number: str, pause: float) -> bool:
        """Puts a photo back, and sends none for so many seconds; returns whether that is a new
        pause, and not one that there is already."""
        with self._queue.changed:
            self._queue.put_back([(number, self._unanswered.pop(number))])
            now = time.monotonic()
            is_new = self._paused_until <= now
            if is_new:
                self._paused_until = now + pause
            self._queue.changed.notify_all()
            return is_new

    def largest(self) -> tuple[Photo, int]:
        """Of the photos without an answer, and its size in bytes."""
        with self._queue.changed:
            photo, data = max(self._unanswered.values(), key=lambda each: len(each[1]))
            return photo, len(data)

    def is_done(self) -> bool:
        """Whether all that was sent has its answer."""
        with self._queue.changed:
            return not self._unanswered

    def end(self) -> None:
        """Sends no more, and puts back what has no answer."""
        with self._queue.changed:
            self._ended = True
            self._queue.put_back(self._unanswered.items())
            self._unanswered = {}
            self._queue.changed.notify_all()


def _has_no_place(answer: Message) -> bool:
    return answer.error.code == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]


def _is_too_large(error: grpc.RpcError) -> bool:
    """Whether a message was over the server's limit, which ends the stream."""
    return error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED and "maximum size" in error.details()


def _refusal(error: Message) -> UndecodableError:
    """Of one photo. Raises ModelsError where the fault is not the photo's."""
    if error.code != grpc.StatusCode.INVALID_ARGUMENT.value[0]:
        raise ModelsError(f"the feature service says: {error.message}")
    return UndecodableError(error.message)

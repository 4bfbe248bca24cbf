"""Bidirectional streaming of photos, with a limit of those in flight and retries."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator

import grpc
from google.protobuf.message import Message

from ..data.photos import Photo
from ..errors import ModelsError
from ..printable import printable
from .connection_errors import connection_error

MAX_IN_FLIGHT = 64
"""Photos without a response; the service's flow control may allow fewer."""

MAX_RETRIES = 8
"""Retries without a response in between; with exponential backoff, 25 seconds in all."""

INITIAL_BACKOFF_SECONDS = 0.1

PhotoBytes = tuple[Photo, bytes]
Request = Callable[[str, bytes], Message]
"""Builds the request message of an item's id and an encoded image."""


class PhotoStream:
    """Sends photos over a streaming method; opens a new stream when one breaks."""

    def __init__(self, target: str, open_call: Callable[[Iterator[Message]], grpc.Call]):
        self._target = target
        self._open_call = open_call

    def send(
        self, photos: Iterable[PhotoBytes], request: Request
    ) -> Iterator[tuple[Photo, Message]]:
        """The response of each photo, in any order.

        Photos without a response when a stream breaks are sent again, and so are, after a backoff,
        those that the service rejects as overloaded. Raises ModelsError when the retries are
        exhausted.
        """
        queue = _PhotoQueue(photos)
        backoff = _Backoff()
        while True:
            attempt = _StreamAttempt(queue, request)
            call = self._open_call(attempt.requests())
            try:
                yield from _responses(call, attempt, backoff)
                if attempt.is_complete():
                    return
                if backoff.is_exhausted():
                    raise ModelsError(f"the feature service at {self._target} closes its streams")
            except grpc.RpcError as error:
                self._require_retryable(error, attempt, backoff)
            finally:
                call.cancel()
                attempt.close()
            time.sleep(backoff.seconds())
            backoff.failures += 1

    def _require_retryable(
        self, error: grpc.RpcError, attempt: _StreamAttempt, backoff: _Backoff
    ) -> None:
        """Raises ModelsError where a retry would not help."""
        if _is_message_too_large(error):
            photo, size = attempt.largest()
            raise ModelsError(
                f"{printable(photo.path)} has {size:,} bytes, more than the feature service at"
                f" {self._target} accepts: remove it, or make it smaller"
            ) from error
        if error.code() != grpc.StatusCode.UNAVAILABLE or backoff.is_exhausted():
            raise connection_error(self._target, error) from error


class _Backoff:
    """Exponential backoff over consecutive failures."""

    def __init__(self):
        self.failures = 0

    def seconds(self) -> float:
        return INITIAL_BACKOFF_SECONDS * 2**self.failures

    def is_exhausted(self) -> bool:
        return self.failures >= MAX_RETRIES


def _responses(
    call: Iterable[Message], attempt: _StreamAttempt, backoff: _Backoff
) -> Iterator[tuple[Photo, Message]]:
    """The responses of one stream; photos rejected as overloaded are queued again."""
    for item in call:
        if _is_overloaded(item) and not backoff.is_exhausted():
            backoff.failures += attempt.requeue(item.id, backoff.seconds())
            continue
        yield attempt.complete(item.id), item
        backoff.failures = 0


class _PhotoQueue:
    """Photos to send, with their ids; guarded by `changed`, used by one stream at a time."""

    def __init__(self, photos: Iterable[PhotoBytes]):
        self._new = ((str(number), each) for number, each in enumerate(photos))
        self._requeued: deque[tuple[str, PhotoBytes]] = deque()
        self.changed = threading.Condition()

    def next(self) -> tuple[str, PhotoBytes] | None:
        return self._requeued.popleft() if self._requeued else next(self._new, None)

    def requeue(self, photos: Iterable[tuple[str, PhotoBytes]]) -> None:
        self._requeued.extend(photos)


class _StreamAttempt:
    """The requests of one stream, at most MAX_IN_FLIGHT of them without a response."""

    def __init__(self, queue: _PhotoQueue, request: Request):
        self._queue = queue
        self._request = request
        self._in_flight: dict[str, PhotoBytes] = {}
        self._paused_until = 0.0
        self._closed = False

    def requests(self) -> Iterator[Message]:
        """Consumed by gRPC, on its own thread. Ends when every photo has its response."""
        while (each := self._next()) is not None:
            item_id, (_, data) = each
            yield self._request(item_id, data)

    def _next(self) -> tuple[str, PhotoBytes] | None:
        with self._queue.changed:
            while not self._closed:
                pause = self._paused_until - time.monotonic()
                if pause <= 0 and len(self._in_flight) < MAX_IN_FLIGHT:
                    each = self._queue.next()
                    if each is not None:
                        self._in_flight[each[0]] = each[1]
                        return each
                    if not self._in_flight:
                        return None
                self._queue.changed.wait(pause if pause > 0 else None)
            return None

    def complete(self, item_id: str) -> Photo:
        with self._queue.changed:
            photo, _ = self._in_flight.pop(item_id)
            self._queue.changed.notify_all()
            return photo

    def requeue(self, item_id: str, pause: float) -> bool:
        """Queues a photo again and pauses sending for so many seconds; returns False when sending
        was paused already."""
        with self._queue.changed:
            self._queue.requeue([(item_id, self._in_flight.pop(item_id))])
            now = time.monotonic()
            is_new = self._paused_until <= now
            if is_new:
                self._paused_until = now + pause
            self._queue.changed.notify_all()
            return is_new

    def largest(self) -> tuple[Photo, int]:
        """The largest photo in flight, and its size in bytes."""
        with self._queue.changed:
            photo, data = max(self._in_flight.values(), key=lambda each: len(each[1]))
            return photo, len(data)

    def is_complete(self) -> bool:
        """Whether no photo is in flight."""
        with self._queue.changed:
            return not self._in_flight

    def close(self) -> None:
        """Stops sending, and queues the photos in flight again."""
        with self._queue.changed:
            self._closed = True
            self._queue.requeue(self._in_flight.items())
            self._in_flight = {}
            self._queue.changed.notify_all()


def _is_overloaded(item: Message) -> bool:
    return item.error.code == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]


def _is_message_too_large(error: grpc.RpcError) -> bool:
    """Whether a message exceeded the server's limit, which ends the stream."""
    return error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED and "maximum size" in error.details()

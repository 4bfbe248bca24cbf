"""Runs an exchange over gRPC streams, on the caller's thread."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from .errors import ImageError, ServiceError
from .exchange import Exchange
from .items import Item, Sent
from .statuses import error_of_stream

R = TypeVar("R")

OpenCall = Callable[[Iterator[Message]], Any]
"""Opens a stream of gRPC that sends these requests; iterating over it gives the answers."""

RESULTS_PER_IMAGE = 2
"""How many results are handed out at most before the next image is asked for.

Two, so that results that have piled up become fewer. Not all, so that the service gets images while
the caller is busy with results.
"""


@dataclass(frozen=True, eq=False)
class _Event:
    """An answer, or the end of a stream: its failure, or None."""

    stream: _Stream
    answer: Any = None
    failure: Exception | None = None


class _Stream:
    """One open stream. A thread puts what comes into a queue."""

    def __init__(self, open_call: OpenCall, events: queue.SimpleQueue[_Event]):
        self._requests: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._events = events
        self._call = open_call(iter(self._requests.get, None))
        threading.Thread(target=self._read, name="vgg16-stream", daemon=True).start()

    def send(self, request: Message) -> None:
        self._requests.put(request)

    def close(self) -> None:
        """Ends the requests, and the call if it is still open."""
        self._requests.put(None)
        self._call.cancel()

    def _read(self) -> None:
        failure: Exception | None = None
        try:
            for answer in self._call:
                self._events.put(_Event(self, answer))
        except Exception as error:
            failure = error
        self._events.put(_Event(self, failure=failure))


class StreamRun(Generic[R]):
    """Iterates over the results, in the order of the answers; opens streams as they are needed."""

    def __init__(
        self,
        target: str,
        open_call: OpenCall,
        exchange: Exchange[R],
        clock: Callable[[], float] = time.monotonic,
    ):
        self._target = target
        self._open_call = open_call
        self._exchange = exchange
        self._clock = clock
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._stream: _Stream | None = None

    def __iter__(self) -> Iterator[Item[R]]:
        try:
            while not self._exchange.is_done:
                if (sent := self._exchange.next(self._clock)) is not None:
                    yield from self._send(sent)
                    yield from self._arrived()
                elif not self._exchange.is_done:
                    yield from self._receive()
        finally:
            self._close()

    def _send(self, sent: Sent) -> Iterator[Item[R]]:
        request = self._exchange.request(sent)
        if isinstance(request, ImageError):
            yield self._exchange.unsendable(sent, request)
        else:
            self._open().send(request)

    def _open(self) -> _Stream:
        if self._stream is None:
            self._stream = _Stream(self._open_call, self._events)
        return self._stream

    def _arrived(self) -> Iterator[Item[R]]:
        """Results that are there already: the source of the next image may be slow."""
        for _ in range(RESULTS_PER_IMAGE):
            if self._events.empty():
                yield from self._expire()
                return
            yield from self._handle(self._events.get())

    def _receive(self) -> Iterator[Item[R]]:
        try:
            event = self._events.get(timeout=self._exchange.wait(self._clock()))
        except queue.Empty:
            yield from self._expire()
        else:
            yield from self._handle(event)

    def _handle(self, event: _Event) -> Iterator[Item[R]]:
        if event.stream is not self._stream:
            return
        if event.answer is None:
            self._broken(error_of_stream(self._target, event.failure))
        elif (item := self._exchange.answered(event.answer, self._clock())) is not None:
            yield item

    def _expire(self) -> Iterator[Item[R]]:
        items, error = self._exchange.expired(self._clock())
        if error is not None:
            self._broken(error)
        yield from items

    def _broken(self, error: ServiceError) -> None:
        self._close()
        self._exchange.broken(error, self._clock())

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

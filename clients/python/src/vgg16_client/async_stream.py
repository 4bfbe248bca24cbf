"""Runs an exchange over gRPC streams, on an event loop of asyncio."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import grpc
from google.protobuf.message import Message

from .errors import ImageError, ServiceError
from .exchange import Exchange
from .items import Item, Sent
from .statuses import client_closed, error_of_stream
from .stream import RESULTS_PER_IMAGE

R = TypeVar("R")

OpenCall = Callable[[AsyncIterator[Message]], Any]
"""Opens a stream of gRPC that sends these requests; iterating over it gives the answers."""

_WRITE_FAILED = "Internal error from Core"
"""What grpc.aio makes of the status of a stream that ends while a request is being written."""


@dataclass(frozen=True, eq=False)
class _Event:
    """An answer, or the end of a stream: its failure, or None."""

    stream: _Stream
    answer: Any = None
    failure: BaseException | None = None


class _Stream:
    """One open stream. A task puts what comes into a queue."""

    def __init__(self, open_call: OpenCall, events: asyncio.Queue[_Event]):
        self._requests: asyncio.Queue[Message | None] = asyncio.Queue()
        self._events = events
        self._call = open_call(self._sent())
        self._reader = asyncio.ensure_future(self._read())

    def send(self, request: Message) -> None:
        self._requests.put_nowait(request)

    async def close(self) -> None:
        """Ends the requests, and the call if it is still open."""
        self._requests.put_nowait(None)
        self._call.cancel()
        self._reader.cancel()
        await asyncio.wait([self._reader])

    async def _sent(self) -> AsyncIterator[Message]:
        while (request := await self._requests.get()) is not None:
            yield request

    async def _read(self) -> None:
        failure: BaseException | None = None
        try:
            async for answer in self._call:
                self._events.put_nowait(_Event(self, answer))
        except (Exception, asyncio.CancelledError) as error:
            failure = error
        self._events.put_nowait(_Event(self, failure=failure))


class AsyncStreamRun(Generic[R]):
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
        self._events: asyncio.Queue[_Event] = asyncio.Queue()
        self._stream: _Stream | None = None

    async def results(self) -> AsyncIterator[Item[R]]:
        try:
            while not self._exchange.is_done:
                if (sent := self._exchange.next(self._clock)) is not None:
                    for item in await self._send(sent):
                        yield item
                    async for item in self._arrived():
                        yield item
                elif not self._exchange.is_done:
                    for item in await self._receive():
                        yield item
        finally:
            await self._close()

    async def _send(self, sent: Sent) -> list[Item[R]]:
        # Files are read beside the event loop.
        request = await asyncio.to_thread(self._exchange.request, sent)
        if isinstance(request, ImageError):
            return [self._exchange.unsendable(sent, request)]
        self._open().send(request)
        return []

    def _open(self) -> _Stream:
        if self._stream is None:
            self._stream = _Stream(self._open_call, self._events)
        return self._stream

    async def _arrived(self) -> AsyncIterator[Item[R]]:
        """Results that are there already: the next image may take long to read."""
        for _ in range(RESULTS_PER_IMAGE):
            if self._events.empty():
                for item in await self._expire():
                    yield item
                return
            for item in await self._handle(self._events.get_nowait()):
                yield item

    async def _receive(self) -> list[Item[R]]:
        try:
            event = await self._next_event()
        except TimeoutError:
            return await self._expire()
        return await self._handle(event)

    async def _handle(self, event: _Event) -> list[Item[R]]:
        if event.stream is not self._stream:
            return []
        if event.answer is None:
            await self._broken(self._error(event.failure))
            return []
        item = self._exchange.answered(event.answer, self._clock())
        return [] if item is None else [item]

    async def _next_event(self) -> _Event:
        """Also one that is there already when there is no time left to wait."""
        if not self._events.empty():
            return self._events.get_nowait()
        return await asyncio.wait_for(self._events.get(), self._exchange.wait(self._clock()))

    async def _expire(self) -> list[Item[R]]:
        items, error = self._exchange.expired(self._clock())
        if error is not None:
            await self._broken(error)
        return items

    async def _broken(self, error: ServiceError) -> None:
        await self._close()
        self._exchange.broken(error, self._clock())

    def _error(self, failure: BaseException | None) -> ServiceError:
        if isinstance(failure, asyncio.CancelledError):
            # Not by this run, which has no use for events of a stream after it has closed it.
            return client_closed()
        if isinstance(failure, grpc.aio.AioRpcError) and failure.details() == _WRITE_FAILED:
            failure = None
        return error_of_stream(self._target, failure)

    async def _close(self) -> None:
        if self._stream is not None:
            await self._stream.close()
            self._stream = None

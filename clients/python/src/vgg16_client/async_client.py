"""The client for asyncio."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cached_property
from typing import Any, TypeVar, Unpack

import grpc
from google.protobuf.message import Message

from . import answers
from .async_stream import AsyncStreamRun
from .collected import Classifications, FeatureMaps
from .connection import DEFAULT_TARGET, ChannelOptions, Target, head_address
from .contract.feature_service_pb2 import GetBackboneRequest
from .contract.head_service_pb2 import ListHeadsRequest
from .contract.tensors_pb2 import Image
from .environment import Environment
from .exchange import Exchange
from .images import ImageLike, encoded, is_encoded, message_of
from .items import Item
from .methods import GET_BACKBONE, LIST_HEADS, Classify, Extract, Method, Operation, Scoring
from .results import Backbone, Classification, FeatureMap, Heads
from .security import PLAINTEXT, Security
from .sending import Delivery, ScoringMany, Sending, checked_limits, split_options
from .sources import Images, sources
from .statuses import client_closed, error_of_call

R = TypeVar("R")
A = TypeVar("A", bound=Message)


class AsyncClient:
    """`Client` with coroutines: the same methods, arguments and errors. For one event loop.

    >>> async def label(photo):
    ...     async with AsyncClient("localhost:50051") as client:
    ...         return (await client.classify(photo)).label
    >>> asyncio.run(label("samples/cat-chelsea.png"))
    'cat'
    """

    def __init__(
        self,
        target: str = DEFAULT_TARGET,
        *,
        security: Security = PLAINTEXT,
        head_target: str | None = None,
        timeout: float = 30.0,
        in_flight: int = 16,
        channel_options: ChannelOptions = (),
    ):
        self._limits = checked_limits(in_flight, timeout)
        self._target = Target(target, security, channel_options)
        self._head_target = head_target
        self._metadata = security.metadata()
        self._closed = False

    @classmethod
    def from_environment(cls) -> AsyncClient:
        """As `Client.from_environment`."""
        variables = Environment(os.environ)
        return cls(
            variables.target,
            security=variables.security,
            head_target=variables.head_target,
            timeout=variables.timeout,
            in_flight=variables.in_flight,
        )

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connections, and calls that are still open, with CallCancelledError."""
        self._closed = True
        for name in ("_channel", "_head_channel"):
            if name in self.__dict__:
                await getattr(self, name).close()

    async def backbone(self, *, timeout: float | None = None) -> Backbone:
        """Which backbone runs, on what, and what it accepts."""
        return answers.backbone(await self._call(GET_BACKBONE, GetBackboneRequest(), timeout))

    async def heads(self, *, timeout: float | None = None) -> Heads:
        """The heads that are loaded, of the head service."""
        address = head_address(self._target.address, self._head_target)
        call = self._unary(self._head_channel, LIST_HEADS)
        return answers.heads(await self._finish(call, address, ListHeadsRequest(), timeout))

    async def classify(
        self, image: ImageLike, *, timeout: float | None = None, **scoring: Unpack[Scoring]
    ) -> Classification:
        """Scores one image: a path, the bytes of a file, a PIL image or a numpy array."""
        return await self._one(Classify.of(scoring), image, timeout)

    async def extract(self, image: ImageLike, *, timeout: float | None = None) -> FeatureMap:
        """The feature map of one image."""
        shape = (await self._input()).output_shape
        return await self._one(Extract(shape), image, timeout)

    async def classify_many(
        self, images: Images, **options: Unpack[ScoringMany]
    ) -> Classifications:
        """Scores the images of a folder or a list, on one stream."""
        stream = self.classify_stream(images, **options)
        return Classifications.of([item async for item in stream])

    async def extract_many(self, images: Images, **options: Unpack[Sending]) -> FeatureMaps:
        """The feature maps of the images of a folder or a list, on one stream."""
        return FeatureMaps.of([item async for item in self.extract_stream(images, **options)])

    def classify_stream(
        self, images: Images, **options: Unpack[ScoringMany]
    ) -> AsyncIterator[Item[Classification]]:
        """Scores images on one stream; items come in the order of their answers.

        Files are read beside the event loop; an iterable of images is read on it, and must not
        block. Where an image depends on the result of the one before, set in_flight=1.

        >>> async def labels(folder):
        ...     async with AsyncClient("localhost:50051") as client:
        ...         return {item.value.label async for item in client.classify_stream(folder)}
        >>> sorted(asyncio.run(labels("samples")))
        ['cat', 'dog']
        """
        scoring, sending = split_options(options)
        operation = Classify.of(scoring)
        return self._many(images, lambda _: operation, Delivery.of(sending, self._limits))

    def extract_stream(
        self, images: Images, **options: Unpack[Sending]
    ) -> AsyncIterator[Item[FeatureMap]]:
        """The feature maps of images on one stream, in the order of their answers."""
        delivery = Delivery.of(options, self._limits)
        return self._many(images, lambda backbone: Extract(backbone.output_shape), delivery)

    # Made with the first call: a channel belongs to the event loop that runs then.
    @cached_property
    def _channel(self) -> grpc.aio.Channel:
        return self._open_channel(self._target)

    @cached_property
    def _head_channel(self) -> grpc.aio.Channel:
        address = head_address(self._target.address, self._head_target)
        return self._open_channel(Target(address, self._target.security, self._target.options))

    def _open_channel(self, target: Target) -> grpc.aio.Channel:
        if self._closed:
            raise client_closed()
        return target.aio_channel()

    async def _input(self) -> Backbone:
        """What the service takes, asked once."""
        if "_known_input" not in self.__dict__:
            self._known_input = await self.backbone()
        return self._known_input

    async def _one(self, operation: Operation[R], image: ImageLike, timeout: float | None) -> R:
        request = operation.request(await self._message(image))
        return operation.result(await self._call(operation.method, request, timeout))

    async def _message(self, image: ImageLike) -> Image:
        if is_encoded(image):
            return await asyncio.to_thread(encoded, image)
        return await asyncio.to_thread(message_of, image, await self._input())

    async def _many(
        self, images: Images, operation: Callable[[Backbone], Operation[R]], delivery: Delivery
    ) -> AsyncIterator[Item[R]]:
        found = sources(images)
        backbone = await self.backbone()
        wanted = operation(backbone)
        exchange = Exchange(found.images, wanted, backbone, delivery.limits)
        run = AsyncStreamRun(self._target.address, self._opener(wanted.stream), exchange)
        done = 0
        async for item in run.results():
            done += 1
            yield delivery.handed_out(item, done, found.total)

    def _opener(self, method: Method[Any]) -> Callable[[AsyncIterator[Message]], Any]:
        stub = self._channel.stream_stream(
            method.path,
            request_serializer=_serialized,
            response_deserializer=method.answer.FromString,
        )

        def open_call(requests: AsyncIterator[Message]) -> Any:
            try:
                return stub(requests, metadata=self._metadata)
            except grpc.aio.UsageError as error:
                raise self._of_closed(error) from None

        return open_call

    async def _call(self, method: Method[A], request: Message, timeout: float | None) -> A:
        call = self._unary(self._channel, method)
        return await self._finish(call, self._target.address, request, timeout)

    def _unary(self, channel: grpc.aio.Channel, method: Method[A]) -> Callable[..., Awaitable[A]]:
        return channel.unary_unary(
            method.path,
            request_serializer=_serialized,
            response_deserializer=method.answer.FromString,
        )

    async def _finish(
        self,
        call: Callable[..., Awaitable[A]],
        address: str,
        request: Message,
        timeout: float | None,
    ) -> A:
        seconds = self._limits.timeout if timeout is None else timeout
        try:
            return await call(request, timeout=seconds, metadata=self._metadata)
        except grpc.RpcError as error:
            raise error_of_call(address, error) from None
        except (grpc.aio.UsageError, asyncio.CancelledError) as error:
            raise self._of_closed(error) from None

    def _of_closed(self, error: BaseException) -> BaseException:
        """gRPC raises UsageError for a call on a closed channel, and CancelledError in one that the
        close ends. The cancellation of the caller's task stays what it is."""
        task = asyncio.current_task()
        is_cancelled = task is not None and task.cancelling() > 0
        return client_closed() if self._closed and not is_cancelled else error


def _serialized(message: Message) -> bytes:
    return message.SerializeToString()

"""The blocking client."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, TypeVar, Unpack

import grpc
from google.protobuf.message import Message

from . import answers
from .collected import Classifications, FeatureMaps
from .connection import DEFAULT_TARGET, ChannelOptions, Target, head_address
from .contract.feature_service_pb2 import GetBackboneRequest
from .contract.head_service_pb2 import ListHeadsRequest
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
from .stream import StreamRun

R = TypeVar("R")
A = TypeVar("A", bound=Message)


class Client:
    """Classifies images, and extracts their feature maps. Thread-safe.

    Every method raises a `ServiceError` of the class that fits when a call fails. Connects with the
    first call.

    >>> with Client("localhost:50051") as client:
    ...     client.classify("samples/cat-chelsea.png").label
    'cat'

    Args:
        target: HOST:PORT of a feature service, or a target with a scheme, such as dns:///HOST:PORT.
        security: TLS and token.
        head_target: of a head service, which `heads` asks; default: port 50052 of this machine if
            the feature service is on it.
        timeout: seconds that a call, or one image of a stream, may take.
        in_flight: images of a stream that may be without an answer.
        channel_options: further options of gRPC's channels.
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
        self._channel = self._target.channel()

    @classmethod
    def from_environment(cls) -> Client:
        """A client by the variables of `bin/vgg16`: VGG16_TARGET, VGG16_HEAD_TARGET, VGG16_TLS,
        VGG16_TLS_CA, VGG16_TLS_CERT, VGG16_TLS_KEY, VGG16_TOKEN_FILE, VGG16_PLAINTEXT,
        VGG16_TIMEOUT and VGG16_IN_FLIGHT.

        >>> with Client.from_environment() as client:
        ...     client.backbone().name
        'vgg16-160'
        """
        variables = Environment(os.environ)
        return cls(
            variables.target,
            security=variables.security,
            head_target=variables.head_target,
            timeout=variables.timeout,
            in_flight=variables.in_flight,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connections, and calls that are still open, with CallCancelledError."""
        self._closed = True
        self._channel.close()
        if "_head_channel" in self.__dict__:
            self._head_channel.close()

    def backbone(self, *, timeout: float | None = None) -> Backbone:
        """Which backbone runs, on what, and what it accepts.

        >>> with Client("localhost:50051") as client:
        ...     client.backbone().output_shape
        (5, 5, 512)
        """
        return answers.backbone(self._call(GET_BACKBONE, GetBackboneRequest(), timeout))

    def heads(self, *, timeout: float | None = None) -> Heads:
        """The heads that are loaded, of the head service.

        >>> with Client("localhost:50051", head_target="localhost:50052") as client:
        ...     client.heads().default
        'cats-vs-dogs'
        """
        address = head_address(self._target.address, self._head_target)
        call = self._unary(self._head_channel, LIST_HEADS)
        return answers.heads(self._finish(call, address, ListHeadsRequest(), timeout))

    def classify(
        self, image: ImageLike, *, timeout: float | None = None, **scoring: Unpack[Scoring]
    ) -> Classification:
        """Scores one image: a path, the bytes of a file, a PIL image or a numpy array.

        >>> with Client("localhost:50051") as client:
        ...     photo = client.classify("samples/dog-forest.jpg", novelty=True, explain=True)
        >>> head = photo.heads[0]
        >>> head.best.label, head.heat_map.values.shape, head.novelty.is_novel
        ('dog', (5, 5), False)

        An array has pixels of any size, or exactly those that the backbone takes:

        >>> import numpy as np
        >>> with Client("localhost:50051") as client:
        ...     answer = client.classify(np.zeros((480, 640, 3), np.uint8), top_k=1)
        >>> len(answer.heads[0].scores)
        1
        """
        return self._one(Classify.of(scoring), image, timeout)

    def extract(self, image: ImageLike, *, timeout: float | None = None) -> FeatureMap:
        """The feature map of one image.

        >>> with Client("localhost:50051") as client:
        ...     client.extract("samples/cat-tabby.jpg").values.shape
        (5, 5, 512)
        """
        return self._one(Extract(self._input.output_shape), image, timeout)

    def classify_many(self, images: Images, **options: Unpack[ScoringMany]) -> Classifications:
        """Scores the images of a folder or a list, on one stream.

        >>> with Client("localhost:50051") as client:
        ...     photos = client.classify_many("samples", errors="return")
        >>> {item.source: item.value.label for item in photos.items}["samples/dog-forest.jpg"]
        'dog'
        >>> photos.to_pandas()["head"].unique().tolist()
        ['cats-vs-dogs']
        """
        return Classifications.of(self.classify_stream(images, **options))

    def extract_many(self, images: Images, **options: Unpack[Sending]) -> FeatureMaps:
        """The feature maps of the images of a folder or a list, on one stream.

        >>> with Client("localhost:50051") as client:
        ...     client.extract_many("samples").to_numpy().shape[1:]
        (5, 5, 512)
        """
        return FeatureMaps.of(self.extract_stream(images, **options))

    def classify_stream(
        self, images: Images, **options: Unpack[ScoringMany]
    ) -> Iterator[Item[Classification]]:
        """Scores images on one stream; items come in the order of their answers.

        Images are read only as fast as they are sent, on the caller's thread: results wait while
        the next image is awaited. Where an image depends on the result of the one before, set
        in_flight=1. When the stream breaks because a service stops, images without an answer are
        sent again on the next one.

        >>> with Client("localhost:50051") as client:
        ...     for item in client.classify_stream(["samples/cat-tabby.jpg"]):
        ...         print(item.source, item.value.label)
        samples/cat-tabby.jpg cat
        """
        scoring, sending = split_options(options)
        operation = Classify.of(scoring)
        return self._many(images, lambda _: operation, Delivery.of(sending, self._limits))

    def extract_stream(
        self, images: Images, **options: Unpack[Sending]
    ) -> Iterator[Item[FeatureMap]]:
        """The feature maps of images on one stream, in the order of their answers.

        >>> with Client("localhost:50051") as client:
        ...     [item.index for item in client.extract_stream([b"no image"], errors="return")]
        [0]
        """
        delivery = Delivery.of(options, self._limits)
        return self._many(images, lambda backbone: Extract(backbone.output_shape), delivery)

    @cached_property
    def _head_channel(self) -> grpc.Channel:
        if self._closed:
            raise client_closed()
        address = head_address(self._target.address, self._head_target)
        return Target(address, self._target.security, self._target.options).channel()

    @cached_property
    def _input(self) -> Backbone:
        """What the service takes, asked once."""
        return self.backbone()

    def _one(self, operation: Operation[R], image: ImageLike, timeout: float | None) -> R:
        message = encoded(image) if is_encoded(image) else message_of(image, self._input)
        return operation.result(self._call(operation.method, operation.request(message), timeout))

    def _many(
        self, images: Images, operation: Callable[[Backbone], Operation[R]], delivery: Delivery
    ) -> Iterator[Item[R]]:
        found = sources(images)
        # Where nothing answers at all, this fails at once, without the stream's attempts.
        backbone = self.backbone()
        wanted = operation(backbone)
        exchange = Exchange(found.images, wanted, backbone, delivery.limits)
        run = StreamRun(self._target.address, self._opener(wanted.stream), exchange)
        for done, item in enumerate(run, start=1):
            yield delivery.handed_out(item, done, found.total)

    def _opener(self, method: Method[Any]) -> Callable[[Iterator[Message]], Any]:
        stub = self._channel.stream_stream(
            method.path,
            request_serializer=_serialized,
            response_deserializer=method.answer.FromString,
        )

        def open_call(requests: Iterator[Message]) -> Any:
            try:
                return stub(requests, metadata=self._metadata)
            except ValueError as error:
                raise self._of_closed(error) from None

        return open_call

    def _call(self, method: Method[A], request: Message, timeout: float | None) -> A:
        call = self._unary(self._channel, method)
        return self._finish(call, self._target.address, request, timeout)

    def _unary(self, channel: grpc.Channel, method: Method[A]) -> Callable[..., A]:
        return channel.unary_unary(
            method.path,
            request_serializer=_serialized,
            response_deserializer=method.answer.FromString,
        )

    def _finish(
        self, call: Callable[..., A], address: str, request: Message, timeout: float | None
    ) -> A:
        seconds = self._limits.timeout if timeout is None else timeout
        try:
            return call(request, timeout=seconds, metadata=self._metadata)
        except grpc.RpcError as error:
            raise error_of_call(address, error) from None
        except ValueError as error:
            raise self._of_closed(error) from None

    def _of_closed(self, error: ValueError) -> Exception:
        """gRPC raises ValueError for a call on a closed channel."""
        return client_closed() if self._closed else error


def _serialized(message: Message) -> bytes:
    return message.SerializeToString()

"""The client of a feature service: feature maps and scores of photos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import grpc
import numpy as np
from google.protobuf.message import Message

from ..data.photos import Photo
from ..errors import ModelsError, UndecodableError
from .address import validate_target
from .connection_errors import connection_error
from .contract import contract
from .photo_stream import PhotoStream
from .security import PLAINTEXT, Security

MAX_MESSAGE_BYTES = 64 << 20


@dataclass(frozen=True)
class HeadScores:
    """The scores of one head for one photo, in the order of its labels."""

    head: str
    version: str
    labels: tuple[str, ...]
    scores: np.ndarray


class FeatureServiceClient:
    """A client of one feature service. Raises ModelsError when the service is unavailable."""

    def __init__(self, target: str, security: Security = PLAINTEXT, timeout: float = 5):
        """`timeout`: the deadline of `get_backbone`, in seconds."""
        validate_target(target)
        options = [
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ]
        self._target = target
        self._timeout = timeout
        self._contract = contract()
        self._channel = security.channel(target, options)
        self._metadata = security.metadata()

    def get_backbone(self) -> Message:
        """The GetBackboneResponse. Fails without a retry when the service is unavailable."""
        request = self._contract.message("GetBackboneRequest")()
        method = self._contract.method(self._channel, "FeatureService", "GetBackbone")
        try:
            return method(request, timeout=self._timeout, metadata=self._metadata)
        except grpc.RpcError as error:
            raise connection_error(self._target, error) from error

    def extract(
        self, photos: Iterable[tuple[Photo, bytes]]
    ) -> Iterator[tuple[Photo, np.ndarray | UndecodableError]]:
        """The feature map [height,width,channels] of each photo, or its error, in any order."""
        shape = tuple(self.get_backbone().output_shape)
        for photo, item in self._stream("ExtractStream").send(photos, self._extract_request):
            if item.HasField("error"):
                yield photo, _undecodable(item.error)
            else:
                yield photo, np.frombuffer(item.response.maps.data, "<f4").reshape(shape)

    def classify(
        self, photos: Iterable[tuple[Photo, bytes]], head: str
    ) -> Iterator[tuple[Photo, HeadScores | UndecodableError]]:
        """The scores of a head ("name", "name@version", or "": the default head) for each photo.

        Raises ModelsError when the head is unavailable.
        """

        def request(item_id: str, data: bytes) -> Message:
            return self._classify_request(item_id, data, head)

        for photo, item in self._stream("ClassifyStream").send(photos, request):
            if item.HasField("error"):
                yield photo, _undecodable(item.error)
            else:
                yield photo, _head_scores(item.response)

    def _extract_request(self, item_id: str, data: bytes) -> Message:
        item = self._contract.message("ExtractStreamRequest")(id=item_id)
        item.request.image.encoded = data
        return item

    def _classify_request(self, item_id: str, data: bytes, head: str) -> Message:
        item = self._contract.message("ClassifyStreamRequest")(id=item_id)
        item.request.image.encoded = data
        if head:
            item.request.heads.append(head)
        return item

    def _stream(self, method: str) -> PhotoStream:
        stub = self._contract.method(self._channel, "FeatureService", method)
        return PhotoStream(self._target, lambda requests: stub(requests, metadata=self._metadata))


def _head_scores(response: Message) -> HeadScores:
    (head,) = response.heads
    if head.HasField("error"):
        raise ModelsError(f"the head is unavailable: {head.error.message}")
    ordered = sorted(head.scores, key=lambda score: score.index)
    return HeadScores(
        head.head,
        head.version,
        tuple(score.label for score in ordered),
        np.array([score.score for score in ordered], np.float32),
    )


def _undecodable(error: Message) -> UndecodableError:
    """The error of one photo. Raises ModelsError where the photo is not the cause."""
    if error.code != grpc.StatusCode.INVALID_ARGUMENT.value[0]:
        raise ModelsError(f"the feature service reports: {error.message}")
    return UndecodableError(error.message)

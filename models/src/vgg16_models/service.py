"""The running feature service: maps and scores of photos, many under way on one stream."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import grpc
import numpy as np
from google.protobuf.message import Message

from .contract import contract
from .errors import ModelsError
from .photos import Photo
from .preprocessing import UndecodableError
from .secured import PLAIN, Security

UNDER_WAY = 64
"""Photos that may be unanswered; the service itself holds back what is too much for it."""

ATTEMPTS = 8
"""Streams in a row that may end without one answer, at growing distances: some 25 seconds."""

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

    def __init__(self, target: str, security: Security = PLAIN, timeout: float = 10):
        """`timeout`: seconds until it must have answered for the first time."""
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
        """What runs there: a GetBackboneResponse."""
        request = self._contract.message("GetBackboneRequest")()
        try:
            return self._call("GetBackbone")(
                request, timeout=self._timeout, wait_for_ready=True, metadata=self._metadata
            )
        except grpc.RpcError as error:
            raise self._unreachable(error) from error

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
        is what the service had no place for."""
        numbered = ((str(number), each) for number, each in enumerate(photos))
        waiting = deque()
        failures = 0
        while True:
            stream = _Stream(itertools.chain(waiting, numbered), request)
            refused = []
            try:
                for answer in self._call(method)(stream.requests(), metadata=self._metadata):
                    photo = stream.answered(answer.id)
                    if _has_no_place(answer) and failures < ATTEMPTS:
                        refused.append((answer.id, photo))
                        time.sleep(0.1)
                        continue
                    yield photo[0], answer
                    failures = 0
                if not refused:
                    return
                failures += 1
                waiting = deque(refused)
            except grpc.RpcError as error:
                failures += 1
                if error.code() != grpc.StatusCode.UNAVAILABLE or failures == ATTEMPTS:
                    raise self._unreachable(error) from error
                waiting = deque([*refused, *stream.end()])
            time.sleep(0.1 * 2**failures)

    def _unreachable(self, error: grpc.RpcError) -> ModelsError:
        match error.code():
            case grpc.StatusCode.DEADLINE_EXCEEDED:
                return ModelsError(f"no feature service answers at {self._target}: does it run?")
            case grpc.StatusCode.UNIMPLEMENTED:
                return ModelsError(
                    f"what answers at {self._target} is no feature service: its port is 50051"
                    " where nothing else was chosen"
                )
            case code:
                return ModelsError(
                    f"the feature service at {self._target} says {code.name}: {error.details()}"
                )


class _Stream:
    """The requests of one stream, at most UNDER_WAY of them unanswered."""

    def __init__(
        self,
        photos: Iterator[tuple[str, tuple[Photo, bytes]]],
        request: Callable[[str, bytes], Message],
    ):
        self._photos = photos
        self._request = request
        self._places = threading.Semaphore(UNDER_WAY)
        self._lock = threading.Lock()
        self._unanswered: dict[str, tuple[Photo, bytes]] = {}
        self._ended = False

    def requests(self) -> Iterator[Message]:
        """Run by gRPC, on a thread of its own."""
        while True:
            self._places.acquire()
            with self._lock:
                number, each = (None, None) if self._ended else next(self._photos, (None, None))
                if number is None:
                    return
                self._unanswered[number] = each
            yield self._request(number, each[1])

    def answered(self, number: str) -> tuple[Photo, bytes]:
        with self._lock:
            photo = self._unanswered.pop(number)
        self._places.release()
        return photo

    def end(self) -> list[tuple[str, tuple[Photo, bytes]]]:
        """Takes no more photos; returns what is unanswered."""
        with self._lock:
            self._ended = True
            self._places.release()
            return list(self._unanswered.items())


def _has_no_place(answer: Message) -> bool:
    return answer.error.code == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]


def _refusal(error: Message) -> UndecodableError:
    """Of one photo. Raises ModelsError where the fault is not the photo's."""
    if error.code != grpc.StatusCode.INVALID_ARGUMENT.value[0]:
        raise ModelsError(f"the feature service says: {error.message}")
    return UndecodableError(error.message)

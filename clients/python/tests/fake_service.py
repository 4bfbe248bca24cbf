"""A feature service and a head service in this process, which do as they are told."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.message import Message
from vgg16_client.contract import feature_service_pb2 as features
from vgg16_client.contract import head_service_pb2 as head_service
from vgg16_client.contract import scores_pb2 as scores
from vgg16_client.contract.error_details_pb2 import BadRequest, RetryInfo
from vgg16_client.contract.status_pb2 import Status
from vgg16_client.contract.tensors_pb2 import Layer

SHAPE = (2, 2, 4)

Script = Callable[[Iterator[Any], grpc.ServicerContext], Iterator[Any]]
"""What one stream does with its requests."""


@dataclass
class FakeService(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Answers each image with the text of its file as the label, unless a script says otherwise.

    Each stream follows the next script; further ones answer everything.
    """

    scripts: list[Script] = field(default_factory=list)
    failure: Status | None = None
    max_image_bytes: int = 1000
    preprocessing: str = "tf"
    requests: list[Message] = field(default_factory=list)
    metadata: list[dict[str, Any]] = field(default_factory=list)
    streams: int = 0

    def service(self, call: grpc.HandlerCallDetails) -> Any:
        self.metadata.append(dict(call.invocation_metadata))
        method = call.method.rpartition("/")[2]
        request = _REQUESTS.get(method)
        if request is None:
            return None
        serialize = _serialized
        if method.endswith("Stream"):
            return grpc.stream_stream_rpc_method_handler(
                self._stream, request.FromString, serialize
            )
        answer = getattr(self, f"_{method}")
        return grpc.unary_unary_rpc_method_handler(
            self._unary(answer), request.FromString, serialize
        )

    def _unary(self, answer: Callable[[Any], Message]) -> Callable[..., Message]:
        def call(request: Any, context: grpc.ServicerContext) -> Message:
            self.requests.append(request)
            if self.failure is not None and not isinstance(request, features.GetBackboneRequest):
                fail(context, self.failure)
            return answer(request)

        return call

    def _stream(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        self.streams += 1
        script = self.scripts.pop(0) if self.scripts else answer_all
        yield from script(requests, context)

    def _GetBackbone(self, _: Message) -> Message:  # noqa: N802
        return features.GetBackboneResponse(
            id="fake-1",
            name="fake",
            preprocessing=self.preprocessing,
            input_shape=(4, 4, 3),
            output_shape=SHAPE,
            layers=[Layer(name="conv", type="Conv2D", output_shape=(4, 4, 8), parameters=5)],
            precision="fp32",
            device="cpu",
            max_image_bytes=self.max_image_bytes,
        )

    def _ListHeads(self, _: Message) -> Message:  # noqa: N802
        head = head_service.Head(name="pets", version="2", labels=["cat", "dog"], explains=True)
        head.drift.maps = 9
        return head_service.ListHeadsResponse(heads=[head], default_head="pets")

    def _Classify(self, request: features.ClassifyRequest) -> Message:  # noqa: N802
        return classified(request)

    def _Extract(self, request: features.ExtractRequest) -> Message:  # noqa: N802
        return extracted(request)


_REQUESTS: dict[str, type[Message]] = {
    "GetBackbone": features.GetBackboneRequest,
    "ListHeads": head_service.ListHeadsRequest,
    "Classify": features.ClassifyRequest,
    "Extract": features.ExtractRequest,
    "ClassifyStream": features.ClassifyStreamRequest,
    "ExtractStream": features.ExtractStreamRequest,
}


def _serialized(message: Message) -> bytes:
    return message.SerializeToString()


def classified(request: features.ClassifyRequest) -> features.ClassifyResponse:
    label = request.image.encoded.decode() if request.image.encoded else "pixels"
    head = scores.HeadScores(head="pets", version="2", scores=[scores.ClassScore(label=label)])
    head.scores[0].score = 0.75
    return features.ClassifyResponse(heads=[head], timing=features.Timing(decode_us=7, cached=True))


def extracted(request: features.ExtractRequest) -> features.ExtractResponse:
    answer = features.ExtractResponse()
    answer.maps.backbone = "fake-1"
    answer.maps.data = request.image.encoded.ljust(SHAPE[0] * SHAPE[1] * SHAPE[2] * 4, b"\0")
    return answer


def answer_to(request: Any) -> Any:
    if isinstance(request, features.ExtractStreamRequest):
        answer = extracted(request.request)
        return features.ExtractStreamResponse(id=request.id, response=answer)
    return features.ClassifyStreamResponse(id=request.id, response=classified(request.request))


def error_to(request: Any, status: Status) -> Any:
    if isinstance(request, features.ExtractStreamRequest):
        return features.ExtractStreamResponse(id=request.id, error=status)
    return features.ClassifyStreamResponse(id=request.id, error=status)


def answer_all(requests: Iterator[Any], _: grpc.ServicerContext) -> Iterator[Any]:
    return map(answer_to, requests)


def fail(context: grpc.ServicerContext, status: Status) -> None:
    """Ends a call with a status and its details, as grpc-java does."""
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
    context.abort(code, status.message)


def bad_request(field: str, message: str) -> Status:
    violation = BadRequest.FieldViolation(field=field, description=message)
    status = Status(code=3, message=f"{field}: {message}")
    return _with(status, BadRequest(field_violations=[violation]))


def overloaded(retry_after: float = 0.0) -> Status:
    retry = RetryInfo()
    retry.retry_delay.nanos = int(retry_after * 1e9)
    return _with(Status(code=8, message="the queue is full"), retry)


def _with(status: Status, detail: Message) -> Status:
    url = f"type.googleapis.com/{detail.DESCRIPTOR.full_name}"
    status.details.add(type_url=url, value=detail.SerializeToString())
    return status


@contextlib.contextmanager
def serving(*services: grpc.GenericRpcHandler) -> Iterator[str]:
    """The target of a server with these services."""
    pool = ThreadPoolExecutor(4)
    server = grpc.server(pool, handlers=services)
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield target
    finally:
        server.stop(None).wait()
        pool.shutdown(wait=True)


class Gate:
    """Lets a script wait until the test has seen what it wants."""

    def __init__(self) -> None:
        self._open = threading.Event()

    def open(self) -> None:
        self._open.set()

    def wait(self) -> None:
        assert self._open.wait(60)

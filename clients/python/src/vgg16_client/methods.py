"""The methods of the services, and the requests of those that take an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypedDict, TypeVar

from google.protobuf.message import Message

from . import answers
from .contract import feature_service_pb2 as features
from .contract import head_service_pb2 as head_service
from .contract.scores_pb2 import Explain
from .contract.tensors_pb2 import Image
from .errors import ConfigurationError
from .results import Classification, FeatureMap

A = TypeVar("A", bound=Message)
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True)
class Method(Generic[A]):
    """A method: the path of its call, and the message that it answers with."""

    path: str
    answer: type[A]


GET_BACKBONE = Method("/vgg16.v1.FeatureService/GetBackbone", features.GetBackboneResponse)
LIST_HEADS = Method("/vgg16.v1.HeadService/ListHeads", head_service.ListHeadsResponse)
CLASSIFY = Method("/vgg16.v1.FeatureService/Classify", features.ClassifyResponse)
EXTRACT = Method("/vgg16.v1.FeatureService/Extract", features.ExtractResponse)
CLASSIFY_STREAM = Method("/vgg16.v1.FeatureService/ClassifyStream", features.ClassifyStreamResponse)
EXTRACT_STREAM = Method("/vgg16.v1.FeatureService/ExtractStream", features.ExtractStreamResponse)


class Operation(Protocol[R_co]):
    """What is done with each image."""

    @property
    def method(self) -> Method[Any]: ...

    @property
    def stream(self) -> Method[Any]: ...

    def request(self, image: Image) -> Message: ...

    def item(self, item_id: str, image: Image) -> Message:
        """The request of one image of a stream."""
        ...

    def result(self, answer: Any) -> R_co:
        """Of an answer that is no error."""
        ...


class Scoring(TypedDict, total=False):
    """What to score an image with.

    heads: "name", "name@version" or "name@label", one or several; default: the service's default
        head.
    top_k: how many classes a head answers with, best first; 0, the default: all.
    explain: True: heat maps of the most probable class; a label: of that class.
    novelty: whether to measure how unlike the training images the image is.
    routing_key: where a head's traffic is split, requests with the same key get the same version,
        such as the id of a user; at most 256 bytes; default: the image decides.
    """

    heads: str | Sequence[str]
    top_k: int
    explain: bool | str
    novelty: bool
    routing_key: str


@dataclass(frozen=True)
class Classify:
    """Classify, of one image or of many, with the same options."""

    template: features.ClassifyRequest
    method = CLASSIFY
    stream = CLASSIFY_STREAM

    @classmethod
    def of(cls, scoring: Scoring) -> Classify:
        """Raises ConfigurationError for an option that is unknown or out of range."""
        if unknown := set(scoring) - set(Scoring.__annotations__):
            raise ConfigurationError(f"there is no option {sorted(unknown)[0]}")
        heads, top_k = scoring.get("heads", ()), scoring.get("top_k", 0)
        if not 0 <= top_k < 2**32:
            raise ConfigurationError(f"top_k must be 0 (all classes) or more, not {top_k}")
        request = features.ClassifyRequest(
            heads=[heads] if isinstance(heads, str) else heads,
            top_k=top_k,
            novelty=scoring.get("novelty", False),
            routing_key=scoring.get("routing_key", ""),
        )
        if explain := scoring.get("explain", False):
            label = explain if isinstance(explain, str) else ""
            request.explain.CopyFrom(Explain(label=label))
        return cls(request)

    def request(self, image: Image) -> features.ClassifyRequest:
        message = features.ClassifyRequest(image=image)
        message.MergeFrom(self.template)
        return message

    def item(self, item_id: str, image: Image) -> features.ClassifyStreamRequest:
        return features.ClassifyStreamRequest(id=item_id, request=self.request(image))

    def result(self, answer: features.ClassifyResponse) -> Classification:
        return answers.classification(answer)


@dataclass(frozen=True)
class Extract:
    """Extract, of one image or of many; maps have this shape."""

    shape: tuple[int, int, int]
    method = EXTRACT
    stream = EXTRACT_STREAM

    def request(self, image: Image) -> features.ExtractRequest:
        return features.ExtractRequest(image=image)

    def item(self, item_id: str, image: Image) -> features.ExtractStreamRequest:
        return features.ExtractStreamRequest(id=item_id, request=self.request(image))

    def result(self, answer: features.ExtractResponse) -> FeatureMap:
        return answers.feature_map(answer, self.shape)

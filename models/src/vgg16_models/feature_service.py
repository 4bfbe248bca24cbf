"""A running feature service: feature maps and scores of photos, by the Python client."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from vgg16_client import (
    Backbone,
    Classification,
    Client,
    FeatureMap,
    InvalidArgumentError,
    Item,
    Security,
    Vgg16Error,
)

from .data.photos import Photo
from .errors import ModelsError, UndecodableError

MAX_IN_FLIGHT = 64
"""Photos without a response; the service's flow control may allow fewer."""

PHOTO_SECONDS = 300
"""For one photo, with all its attempts, however slow the service is."""

PhotoBytes = tuple[Photo, bytes]

_OPTIONS = re.compile(r"(?<![\w./-])(tls_ca|tls_cert|tls_key|tls|token_file|plaintext)(?![\w./-])")


@dataclass(frozen=True)
class HeadScores:
    """The scores of one head for one photo, in the order of its labels."""

    head: str
    version: str
    labels: tuple[str, ...]
    scores: np.ndarray
    novelty: float | None = None
    """The distance from the training photos, if that was asked for."""
    novelty_threshold: float | None = None
    thresholds: np.ndarray | None = None
    """From which score each label applies, where an image may have any number; else None."""


class FeatureService:
    """One feature service. Raises ModelsError when it is unavailable."""

    def __init__(self, target: str, security: Security | None = None, timeout: float = 5):
        """`timeout`: the deadline of `backbone`, in seconds."""
        with reported():
            self._client = Client(target, security=security or Security(), timeout=timeout)

    def backbone(self) -> Backbone:
        """Fails without a retry when the service is unavailable."""
        with reported():
            return self._client.backbone()

    def extract(
        self, photos: Iterable[PhotoBytes]
    ) -> Iterator[tuple[Photo, np.ndarray | UndecodableError]]:
        """The feature map [height,width,channels] of each photo, or its error, in any order."""
        for photo, result in _sent(photos, self._client.extract_stream):
            yield photo, result.values if isinstance(result, FeatureMap) else result

    def classify(
        self, photos: Iterable[PhotoBytes], head: str, novelty: bool = False
    ) -> Iterator[tuple[Photo, HeadScores | UndecodableError]]:
        """The scores of a head ("name", "name@version", or "": the default head) for each photo.

        Raises ModelsError when the head is unavailable, or has no `novelty` to tell.
        """
        options = {"heads": head or (), "novelty": novelty}
        for photo, result in _sent(photos, self._client.classify_stream, **options):
            yield photo, _scores(result) if isinstance(result, Classification) else result


@contextmanager
def reported() -> Iterator[None]:
    """Raises the client's errors as ModelsError, with the options' names for its arguments'."""
    try:
        yield
    except Vgg16Error as error:
        message = _OPTIONS.sub(lambda name: "--" + name[1].replace("_", "-"), str(error))
        raise ModelsError(message) from error


def _sent(
    photos: Iterable[PhotoBytes], stream: Callable[..., Iterator[Item[Any]]], **options: Any
) -> Iterator[tuple[Photo, Any | UndecodableError]]:
    waiting: dict[int, Photo] = {}

    def images() -> Iterator[bytes]:
        for index, (photo, data) in enumerate(photos):
            waiting[index] = photo
            yield data

    with reported():
        for item in stream(
            images(),
            in_flight=MAX_IN_FLIGHT,
            timeout=PHOTO_SECONDS,
            errors="return",
            **options,
        ):
            yield waiting.pop(item.index), _result(item)


def _result(item: Item[Any]) -> Any | UndecodableError:
    """The error of one photo. Raises ModelsError where the photo is not the cause."""
    if item.error is None:
        return item.value
    if isinstance(item.error, InvalidArgumentError):
        return UndecodableError(str(item.error))
    raise ModelsError(f"the feature service reports: {item.error}")


def _scores(result: Classification) -> HeadScores:
    (head,) = result.heads
    if head.error is not None:
        raise ModelsError(f"the head is unavailable: {head.error}")
    ordered = sorted(head.scores, key=lambda score: score.index)
    thresholds = [score.threshold for score in ordered if score.threshold is not None]
    return HeadScores(
        head.head,
        head.version,
        tuple(score.label for score in ordered),
        np.array([score.score for score in ordered], np.float32),
        head.novelty and head.novelty.distance,
        head.novelty and head.novelty.threshold,
        thresholds=np.array(thresholds, np.float32) if thresholds else None,
    )

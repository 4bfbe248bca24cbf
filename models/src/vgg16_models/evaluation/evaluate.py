"""Evaluating a served head: labelled photos are classified by a running feature service."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..data.listing import Skipped
from ..data.photos import Photo, log_skipped, read_photos, scan
from ..data.split import split
from ..errors import ModelsError, UndecodableError
from ..files import safe_file_name
from ..printable import printable
from ..progress import progress
from .multi_label import MultiLabelPredictions, predictions_of
from .predictions import Predictions

if TYPE_CHECKING:
    from ..feature_service import FeatureService, HeadScores, PhotoBytes

MAX_LISTED = 10
"""Labels in an error."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The predictions of a head, and the photos that were skipped."""

    head: str
    version: str
    part: str
    """Of the split: "train", "validation", "test" or "all"."""
    predictions: Predictions | MultiLabelPredictions
    novelty: Novelty | None
    skipped: tuple[Skipped, ...]

    def __str__(self) -> str:
        return f"{self.head}@{self.version}"

    @property
    def file_name(self) -> str:
        """The same for the same head and photos, and another one for others."""
        head = safe_file_name(f"{self.head}-{self.version}")
        content = "".join(f"{photo.sha256} {photo.label}\n" for photo in self.predictions.photos)
        return f"{head}-evaluation-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, eq=False)
class Novelty:
    """The distance of each photo from the head's training photos, [n]."""

    distances: np.ndarray
    threshold: float

    @property
    def novel(self) -> np.ndarray:
        """Whether each photo is farther than 99% of those held back from the training, [n]."""
        return self.distances > self.threshold


def evaluate(service: FeatureService, images: Path, head: str, part: str = "all") -> Evaluation:
    """Classifies the photos of one part of the split. Raises ModelsError when none was scored."""
    folder = scan(images)
    photos = folder.photos if part == "all" else getattr(split(folder.photos), part)

    def check(first: HeadScores) -> None:
        _require_kind(images, folder.multi_label, first)
        _require_known_labels(photos, first)

    scored, skipped = _Classifier(service, head, check).classify(photos)
    log_skipped(skipped)
    if not scored:
        raise ModelsError(
            f"none of the {len(photos)} photos in {printable(images)} could be scored"
        )
    first = next(iter(scored.values()))
    ordered = tuple(photo for photo in photos if photo in scored)
    scores = np.stack([scored[photo].scores for photo in ordered])
    predictions = predictions_of(ordered, first.labels, scores, first.thresholds)
    novelty = None
    if first.novelty is not None:
        distances = np.array([scored[photo].novelty for photo in ordered])
        novelty = Novelty(distances, first.novelty_threshold)
    return Evaluation(
        first.head, first.version, part, predictions, novelty, folder.skipped + tuple(skipped)
    )


class _Classifier:
    """Asks for one photo first: which version the name means, whether the head has novelty, and
    whether `check` accepts its scores. The others are asked of that version by its number, which
    also keeps them out of what the service measures of its traffic."""

    def __init__(self, service: FeatureService, head: str, check: Callable[[HeadScores], None]):
        self._service = service
        self._head = head
        self._check = check
        self._novelty = True

    def classify(self, photos: Sequence[Photo]) -> tuple[dict[Photo, HeadScores], list[Skipped]]:
        scored: dict[Photo, HeadScores] = {}
        skipped: list[Skipped] = []
        rest = iter(photos)
        for photo in rest:
            first = self._first(photo, skipped)
            if first:
                self._check(first)
                scored[photo] = first
                break
        done = len(scored) + len(skipped)
        inputs = read_photos(rest, skipped)
        results = self._service.classify(inputs, self._head, self._novelty)
        for photo, result in progress(results, "evaluating", len(photos) - done):
            if isinstance(result, UndecodableError):
                skipped.append(Skipped(photo.path, str(result)))
            else:
                scored[photo] = result
        return scored, skipped

    def _first(self, photo: Photo, skipped: list[Skipped]) -> HeadScores | None:
        """None where the photo can't be scored, which is added to `skipped`."""
        inputs = list(read_photos([photo], skipped))
        if not inputs:
            return None
        result = self._score(inputs)
        if not isinstance(result, UndecodableError) and "@" not in self._head:
            self._head = f"{result.head}@stable"  # not a version that has a share of the traffic
            result = self._score(inputs)
        if isinstance(result, UndecodableError):
            skipped.append(Skipped(photo.path, str(result)))
            return None
        self._head = f"{result.head}@{result.version}"
        return result

    def _score(self, inputs: Sequence[PhotoBytes]) -> HeadScores | UndecodableError:
        try:
            ((_, result),) = self._service.classify(inputs, self._head, novelty=True)
        except ModelsError:  # perhaps for want of statistics: if not, it is raised again
            ((_, result),) = self._service.classify(inputs, self._head)
            self._novelty = False
        return result


def _require_kind(images: Path, multi_label: bool, head: HeadScores) -> None:
    if multi_label and head.thresholds is None:
        raise ModelsError(
            f"{head.head}@{head.version} gives an image one label, and {printable(images)} has"
            " `labels`: use a manifest with `label`"
        )
    if head.thresholds is not None and not multi_label:
        raise ModelsError(
            f"{head.head}@{head.version} gives an image several labels: --images must be a manifest"
            " with `labels`"
        )


def _require_known_labels(photos: Sequence[Photo], head: HeadScores) -> None:
    unknown = sorted({label for photo in photos for label in photo.labels} - set(head.labels))
    if unknown:
        raise ModelsError(
            f"{_listed(unknown)} is not a label of {head.head}@{head.version}, which has "
            f"{_listed(head.labels)}"
        )


def _listed(labels: Sequence[str]) -> str:
    shown = ", ".join(map(printable, labels[:MAX_LISTED]))
    more = len(labels) - MAX_LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown

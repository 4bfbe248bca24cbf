"""Evaluating a served head: labelled photos are classified by a running feature service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..data.folder_listing import Skipped
from ..data.photos import Photo, log_skipped, read_photos, scan
from ..data.split import split
from ..errors import ModelsError, UndecodableError
from ..files import safe_file_name
from ..printable import printable
from ..progress import progress
from .predictions import Predictions, encode_labels

if TYPE_CHECKING:
    from ..feature_service import FeatureService, HeadScores


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The predictions of a head, and the photos that were skipped."""

    head: str
    version: str
    part: str
    """Of the split: "train", "validation", "test" or "all"."""
    predictions: Predictions
    skipped: tuple[Skipped, ...]

    @property
    def file_name(self) -> str:
        return safe_file_name(f"{self.head}-{self.version}")


def evaluate(service: FeatureService, images: Path, head: str, part: str = "all") -> Evaluation:
    """Classifies the photos of one part of the split. Raises ModelsError when none was scored."""
    folder = scan(images)
    photos = folder.photos if part == "all" else getattr(split(folder.photos), part)
    scored, skipped = _classify(service, photos, head)
    log_skipped(skipped)
    if not scored:
        raise ModelsError(
            f"none of the {len(photos)} photos in {printable(images)} could be scored"
        )
    first = next(iter(scored.values()))
    _require_known_labels(scored, first)
    ordered = tuple(photo for photo in photos if photo in scored)
    if any((scored[p].head, scored[p].version) != (first.head, first.version) for p in ordered):
        raise ModelsError(
            f"another version of {first.head} was loaded meanwhile: set --head NAME@VERSION"
        )
    predictions = Predictions(
        ordered,
        first.labels,
        encode_labels(ordered, first.labels),
        np.stack([scored[photo].scores for photo in ordered]),
    )
    return Evaluation(first.head, first.version, part, predictions, folder.skipped + tuple(skipped))


def _classify(
    service: FeatureService, photos: tuple[Photo, ...], head: str
) -> tuple[dict[Photo, HeadScores], list[Skipped]]:
    scored: dict[Photo, HeadScores] = {}
    skipped: list[Skipped] = []
    results = service.classify(read_photos(photos, skipped), head)
    for photo, result in progress(results, "evaluating", len(photos)):
        if isinstance(result, UndecodableError):
            skipped.append(Skipped(photo.path, str(result)))
        else:
            scored[photo] = result
    return scored, skipped


def _require_known_labels(scored: dict[Photo, HeadScores], head: HeadScores) -> None:
    for label in sorted({photo.label for photo in scored} - set(head.labels)):
        raise ModelsError(
            f"the folder {label} is not a label of {head.head}@{head.version}, which has "
            f"{', '.join(head.labels)}"
        )

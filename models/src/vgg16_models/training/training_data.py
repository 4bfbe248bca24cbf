"""The examples that a head is trained, validated and tested on."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..data.photos import Photo
from ..data.split import Split
from ..errors import ModelsError
from ..evaluation.predictions import encode_labels

MIN_PHOTOS = 10
"""Per label; fewer can't be split."""

FeatureMaps = Mapping[Photo, np.ndarray]

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Examples:
    """Maps [n,5,5,512] float32 and the index of the label of each, [n]."""

    features: np.ndarray
    targets: np.ndarray

    @classmethod
    def of(cls, photos: Sequence[Photo], maps: FeatureMaps, labels: Sequence[str]) -> Examples:
        return cls(np.stack([maps[photo] for photo in photos]), encode_labels(photos, labels))

    def __add__(self, other: Examples) -> Examples:
        return Examples(
            np.concatenate([self.features, other.features]),
            np.concatenate([self.targets, other.targets]),
        )


@dataclass(frozen=True, eq=False)
class TrainingData:
    """The readable photos with their feature maps, and their split."""

    maps: FeatureMaps
    labels: tuple[str, ...]
    split: Split

    def examples(self, photos: Sequence[Photo]) -> Examples:
        return Examples.of(photos, self.maps, self.labels)

    def log_sizes(self) -> None:
        sizes = ", ".join(f"{len(photos)} {part}" for part, photos in vars(self.split).items())
        log.info("%d photos of %d labels: %s", len(self.maps), len(self.labels), sizes)


def require_enough(photos: Iterable[Photo], labels: Sequence[str]) -> None:
    """Raises ModelsError when there are fewer than 2 labels, or too few photos of one."""
    if len(labels) < 2:
        raise ModelsError(f"a head needs photos of at least 2 labels; there are: {list(labels)}")
    counts = Counter(photo.label for photo in photos)
    few = [label for label in labels if counts[label] < MIN_PHOTOS]
    if few:
        raise ModelsError(
            f"fewer than {MIN_PHOTOS} readable photos of {', '.join(few)}: too few to split"
        )

"""The examples that a head is trained, validated and tested on."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..data.listing import Skipped
from ..data.photos import Photo
from ..data.split import Split
from ..errors import ModelsError
from ..evaluation.multi_label import label_sets
from ..printable import printable

MAX_LISTED = 10

FeatureMaps = Mapping[Photo, np.ndarray]

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Examples:
    """Maps [n,5,5,512] and targets [n,labels], 1 for a photo's labels, else 0; float32."""

    features: np.ndarray
    targets: np.ndarray
    multi_label: bool = False
    """Whether a photo may have any number of labels, or else exactly one."""

    @classmethod
    def of(
        cls,
        photos: Sequence[Photo],
        maps: FeatureMaps,
        labels: Sequence[str],
        multi_label: bool = False,
    ) -> Examples:
        features = np.stack([maps[photo] for photo in photos])
        return cls(features, label_sets(photos, labels), multi_label)

    def pooled(self) -> Examples:
        """With maps averaged over height and width, [n,1,1,512]."""
        means = self.features.mean(axis=(1, 2), keepdims=True)
        return Examples(means, self.targets, self.multi_label)

    def __add__(self, other: Examples) -> Examples:
        return Examples(
            np.concatenate([self.features, other.features]),
            np.concatenate([self.targets, other.targets]),
            self.multi_label,
        )


@dataclass(frozen=True, eq=False)
class TrainingData:
    """The readable photos with their feature maps, and their split."""

    maps: FeatureMaps
    labels: tuple[str, ...]
    split: Split
    multi_label: bool = False
    """Whether a photo may have any number of labels, or else exactly one."""

    def examples(self, photos: Sequence[Photo], maps: FeatureMaps | None = None) -> Examples:
        """With these `maps`, or those of the training."""
        return Examples.of(photos, maps or self.maps, self.labels, self.multi_label)

    def log_sizes(self) -> None:
        sizes = ", ".join(f"{len(photos)} {part}" for part, photos in vars(self.split).items())
        log.info("%d photos of %d labels: %s", len(self.maps), len(self.labels), sizes)
        for part, photos in vars(self.split).items():
            if missing := sorted({*self.labels} - {each for p in photos for each in p.labels}):
                log.warning("no %s photos of %s", part, _listed(missing))


@dataclass(frozen=True)
class LabelMinimum:
    """How many readable photos a label needs."""

    photos: int = 10
    """With fewer than 10, none is in the validation or test part, unless these are given."""
    skip: bool = False
    """Whether labels with fewer are left out, or else are an error."""

    def __post_init__(self) -> None:
        if self.photos < 1:
            raise ModelsError(f"the minimum of photos must be 1 or more, not {self.photos}")

    def apply(self, photos: Iterable[Photo]) -> tuple[tuple[Photo, ...], tuple[Skipped, ...]]:
        """The photos of the labels with enough photos, and the others.

        A photo of several labels loses those with too few, and stays. Raises ModelsError when there
        are fewer than 2 labels, or too few photos of one and these are not left out.
        """
        photos = tuple(photos)
        counts = Counter(label for photo in photos for label in photo.labels)
        few = sorted(label for label, count in counts.items() if count < self.photos)
        if few and not self.skip:
            raise ModelsError(
                f"fewer than {self.photos} readable photos of {_listed(few)}: add photos, or use"
                " --skip-small or a lower --min-photos"
            )
        if len(counts) - len(few) < 2:
            enough = sorted(set(counts) - set(few))
            raise ModelsError(
                f"a head needs at least 2 labels of {self.photos} photos or more; there are:"
                f" {_listed(enough) or 'none'}"
            )
        if few:
            log.warning("left out, fewer than %d photos: %s", self.photos, _listed(few))
        kept = [_without(photo, few) for photo in photos]
        skipped = [
            Skipped(photo.path, f"{photo.label} has fewer than {self.photos} photos")
            for photo, left in zip(photos, kept, strict=True)
            if photo.labels and not left.labels
        ]
        gone = {each.path for each in skipped}
        return tuple(photo for photo in kept if photo.path not in gone), tuple(skipped)


DEFAULT_MINIMUM = LabelMinimum()


def _without(photo: Photo, labels: Sequence[str]) -> Photo:
    return replace(photo, labels=tuple(each for each in photo.labels if each not in labels))


def _listed(labels: Sequence[str]) -> str:
    """The first few labels, for a message of one line."""
    shown = ", ".join(printable(label) for label in labels[:MAX_LISTED])
    return f"{shown} and {len(labels) - MAX_LISTED} more" if len(labels) > MAX_LISTED else shown


def require_parts(parts: Split) -> None:
    """Raises ModelsError when a part is empty, or has a label that is not trained on."""
    trained = {label for photo in parts.train for label in photo.labels}
    for part, photos in vars(parts).items():
        if not photos:
            raise ModelsError(
                f"there are no {part} photos: 10 of a label, or a part given, make one"
            )
        labels = {label for photo in photos for label in photo.labels}
        if unknown := sorted(labels - trained):
            raise ModelsError(f"{_listed(unknown)}: {part} photos, and none to train on")

"""The split of photos into training, validation and test photos."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .photos import Photo, group_by_label


@dataclass(frozen=True)
class Split:
    """Disjoint by content."""

    train: tuple[Photo, ...]
    validation: tuple[Photo, ...]
    test: tuple[Photo, ...]


def split(photos: Iterable[Photo], fold: int = 0) -> Split:
    """80/10/10 of each label, by content alone: file names, paths and order do not matter.

    Within each label the photos are sorted by SHA-256 and cut at 80% and 90%; the remainder of
    rounding goes to train. Duplicates count once (`photos.scan` keeps one of each).
    `fold`, 0 to 9, rotates the order by so many tenths: over ten folds each photo is tested once,
    except for the remainder.
    """
    train, validation, test = [], [], []
    for group in group_by_label(photos).values():
        unique = {photo.sha256: photo for photo in group}
        ordered = [unique[sha256] for sha256 in sorted(unique)]
        tenth = len(ordered) // 10
        ordered = ordered[fold * tenth :] + ordered[: fold * tenth]
        train_count = len(ordered) - 2 * tenth
        train += ordered[:train_count]
        validation += ordered[train_count : train_count + tenth]
        test += ordered[train_count + tenth :]
    return Split(tuple(train), tuple(validation), tuple(test))

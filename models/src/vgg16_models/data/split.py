"""Which photos teach, which say when to stop, and which judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .photos import Photo, by_label


@dataclass(frozen=True)
class Split:
    """Photos in three parts that share no content."""

    train: tuple[Photo, ...]
    validation: tuple[Photo, ...]
    test: tuple[Photo, ...]


def split(photos: Iterable[Photo], turn: int = 0) -> Split:
    """80/10/10 of each label, by content alone: names, folders' paths and order do not matter.

    In each label the photos stand in the order of their SHA-256 and are cut at 80% and 90%;
    what rounding leaves over goes to train. Copies count once (`photos.scan` leaves one of each).
    `turn` begins the order so many tenths later: over ten turns each photo tests once, save the
    few that rounding leaves over.
    """
    train, validation, test = [], [], []
    for group in by_label(photos).values():
        unique = {photo.sha256: photo for photo in group}
        ordered = [unique[sha256] for sha256 in sorted(unique)]
        tenth = len(ordered) // 10
        ordered = ordered[turn * tenth :] + ordered[: turn * tenth]
        kept = len(ordered) - 2 * tenth
        train += ordered[:kept]
        validation += ordered[kept : kept + tenth]
        test += ordered[kept + tenth :]
    return Split(tuple(train), tuple(validation), tuple(test))

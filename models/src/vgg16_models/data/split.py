"""The split of photos into training, validation and test photos."""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import ModelsError
from ..printable import printable
from .listing import Part
from .photos import Photo

FOLDS = 10
MIN_GROUPS = 3
"""One for each part."""


@dataclass(frozen=True)
class Split:
    """Disjoint by content, and by group."""

    train: tuple[Photo, ...]
    validation: tuple[Photo, ...]
    test: tuple[Photo, ...]


def split(photos: Iterable[Photo], fold: int = 0, folds: int = FOLDS) -> Split:
    """80/10/10 of each label, by content alone: file names, paths and order do not matter.

    Photos of which the validation or the test part is given stay in it, and only what is missing is
    taken from the others. The others are cut into as many `folds`, 10 for tenths: one is tested on,
    the one before it validated on. `fold`, from 0, says which: over all of them each photo is
    tested once, except for the remainder of rounding, which goes to train. Duplicates count once
    (`photos.scan` keeps one of each).

    Where photos have groups, each group is in one fold: the folds are then only about of one size.
    Raises ModelsError when there are fewer than 3 groups, or one has photos of two given parts.
    """
    unique = {photo.sha256: photo for photo in photos}
    _require_groups_apart(unique.values())
    ordered = [unique[sha256] for sha256 in sorted(unique)]
    given = {part: [p for p in ordered if p.part == part] for part in ("validation", "test")}
    others = [photo for photo in ordered if photo.part == "train"]
    if any(photo.group is not None for photo in others):
        cut = _cut_by_group(others, fold, folds, given)
    else:
        cut = _cut(others, fold, folds, given)
    return Split(*(tuple(part) for part in cut))


def _require_groups_apart(photos: Iterable[Photo]) -> None:
    parts: dict[str, Part] = {}
    for photo in photos:
        if photo.group is None:
            continue
        part = parts.setdefault(photo.group, photo.part)
        if part != photo.part:
            raise ModelsError(
                f"the group {printable(photo.group)} has photos in {part} and in {photo.part}: it"
                " must be in one part"
            )


def _cut(
    photos: Sequence[Photo], fold: int, folds: int, given: dict[str, list[Photo]]
) -> tuple[list[Photo], list[Photo], list[Photo]]:
    """Within each label the photos are cut at 80% and 90%, after a rotation by `fold` tenths."""
    train: list[Photo] = []
    validation, test = list(given["validation"]), list(given["test"])
    for ordered in strata(photos).values():
        size = len(ordered) // folds
        held_out = ordered[fold * size :] + ordered[: fold * size]
        if not given["test"]:
            held_out, cut = held_out[: len(held_out) - size], held_out[len(held_out) - size :]
            test += cut
        if not given["validation"]:
            held_out, cut = held_out[: len(held_out) - size], held_out[len(held_out) - size :]
            validation += cut
        train += held_out
    return train, validation, test


def strata(photos: Sequence[Photo]) -> dict[str, list[Photo]]:
    """The photos by label, labels sorted; a photo of several labels by the rarest of them, so that
    each label is in all parts as far as it can be, and one of none by the empty label."""
    counts = Counter(label for photo in photos for label in photo.labels)
    found: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        rarest = min(photo.labels, key=lambda label: (counts[label], label), default="")
        found[rarest].append(photo)
    return {label: found[label] for label in sorted(found)}


def _cut_by_group(
    photos: Sequence[Photo], fold: int, folds: int, given: dict[str, list[Photo]]
) -> tuple[list[Photo], list[Photo], list[Photo]]:
    """With fewer groups than folds, a fold is a group. A photo without a group is one by itself."""
    from sklearn.model_selection import StratifiedGroupKFold

    groups = [photo.sha256 if photo.group is None else f"group {photo.group}" for photo in photos]
    count = len(set(groups))
    if count < MIN_GROUPS:
        raise ModelsError(
            f"the photos are of {count} groups: a split by group needs {MIN_GROUPS} or more"
        )
    by_label = strata(photos)
    stratum = {photo: label for label, members in by_label.items() for photo in members}
    largest = max(len(members) for members in by_label.values())
    folder = StratifiedGroupKFold(min(folds, count, largest))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        parts = list(folder.split(photos, [stratum[photo] for photo in photos], groups))
    bins = [[photos[at] for at in indices] for _, indices in parts]
    # Rotated so that the last is tested on and the one before it validated on, as in `_cut`.
    turn = (fold % len(bins)) + 1
    bins = bins[turn:] + bins[:turn]
    test = given["test"] or bins.pop()
    validation = given["validation"] or bins.pop()
    return [photo for each in bins for photo in each], validation, test

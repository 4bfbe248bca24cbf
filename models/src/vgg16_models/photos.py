"""A folder of photos, one sub-folder a class: found, told apart by their content, and chosen."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from .errors import ModelsError


@dataclass(frozen=True)
class Photo:
    """A file; `label` is the name of its folder, `sha256` that of its bytes."""

    path: Path
    label: str
    sha256: str


@dataclass(frozen=True)
class Skipped:
    """A file that was not used, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class PhotoFolder:
    """Photos by label and then SHA-256, each content once; `skipped` are the copies."""

    photos: tuple[Photo, ...]
    skipped: tuple[Skipped, ...]


def scan(folder: Path) -> PhotoFolder:
    """Reads every file under the sub-folders of `folder` (hidden ones aside).

    Of equal files one is kept; a content with two labels teaches nothing and is left out wholly.
    Raises ModelsError when there is no file.
    """
    if not folder.is_dir():
        raise ModelsError(f"no folder {folder}")
    by_content: dict[str, list[Photo]] = defaultdict(list)
    for path in sorted(folder.glob("*/*")):
        if path.is_file() and not path.name.startswith("."):
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            by_content[sha256].append(Photo(path, path.parent.name, sha256))
    if not by_content:
        raise ModelsError(f"no photos in {folder}: it must have one sub-folder a class")

    photos, skipped = [], []
    for first, *copies in by_content.values():
        if any(copy.label != first.label for copy in copies):
            skipped += [Skipped(p.path, "same content, other label") for p in (first, *copies)]
            continue
        photos.append(first)
        skipped += [Skipped(copy.path, f"copy of {first.path.name}") for copy in copies]
    photos.sort(key=lambda photo: (photo.label, photo.sha256))
    return PhotoFolder(tuple(photos), tuple(skipped))


def by_label(photos: Iterable[Photo]) -> dict[str, list[Photo]]:
    """Photos of each label, labels in order, photos in the order given."""
    groups: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        groups[photo.label].append(photo)
    return {label: groups[label] for label in sorted(groups)}


def in_turn(photos: Sequence[Photo]) -> list[Photo]:
    """The labels' photos in turn, so that any beginning of the list is balanced over them."""
    rounds = zip_longest(*by_label(photos).values())
    return [photo for photo in chain.from_iterable(rounds) if photo is not None]

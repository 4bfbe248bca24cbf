"""A folder of photos, one sub-folder a class: found, told apart by their content, and chosen."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from ..errors import ModelsError
from ..printable import shown
from .folder_listing import Skipped, listed

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Photo:
    """A file; `label` is the name of its class's folder, `sha256` the digest of its bytes."""

    path: Path
    label: str
    sha256: str


@dataclass(frozen=True)
class PhotoFolder:
    """Photos by label and then SHA-256, each content once; `skipped` is all else in the folder."""

    photos: tuple[Photo, ...]
    skipped: tuple[Skipped, ...]


def scan(folder: Path) -> PhotoFolder:
    """Reads every file under the sub-folders of `folder`, and tells which are passed over.

    Of equal files one is kept; a content with two labels teaches nothing and is left out wholly.
    Raises ModelsError when there is no file.
    """
    listing = listed(folder)
    skipped = listing.skipped
    by_content: dict[str, list[Photo]] = defaultdict(list)
    for label, path in listing.files:
        try:
            if not path.stat().st_size:
                skipped.append(Skipped(path, "empty"))
                continue
            sha256 = _sha256(path)
        except OSError as error:
            skipped.append(Skipped(path, f"can't be read: {error.strerror}"))
        else:
            by_content[sha256].append(Photo(path, label, sha256))

    photos = []
    for first, *copies in by_content.values():
        if any(copy.label != first.label for copy in copies):
            skipped += [Skipped(p.path, "same content, other label") for p in (first, *copies)]
            continue
        photos.append(first)
        skipped += [Skipped(copy.path, f"copy of {shown(first.path.name)}") for copy in copies]
    tell(skipped)
    if not photos:
        raise ModelsError(
            f"no photos in {shown(folder)}: it must have one sub-folder a class, with photos in it"
        )
    photos.sort(key=lambda photo: (photo.label, photo.sha256))
    return PhotoFolder(tuple(photos), tuple(skipped))


def contents(photos: Iterable[Photo], skipped: list[Skipped]) -> Iterator[tuple[Photo, bytes]]:
    """Each photo with its bytes, one at a time, as they are asked for. What is gone or is another
    than `scan` has seen goes to `skipped`."""
    for photo in photos:
        try:
            data = photo.path.read_bytes()
        except OSError as error:
            skipped.append(Skipped(photo.path, f"can't be read: {error.strerror}"))
            continue
        if hashlib.sha256(data).hexdigest() != photo.sha256:
            skipped.append(Skipped(photo.path, "changed while it was read"))
            continue
        yield photo, data


def tell(skipped: Sequence[Skipped]) -> None:
    """Lists what is passed over, for the person at the keyboard."""
    if skipped:
        log.warning("skipped %d files or folders:", len(skipped))
    for each in skipped:
        log.warning("  %s: %s", shown(each.path), shown(each.reason))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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

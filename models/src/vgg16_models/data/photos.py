"""Labelled photos: reading a folder of them, without duplicates, and ordering them."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from ..errors import ModelsError
from ..printable import printable
from .folder_listing import Skipped, list_folder

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Photo:
    """A file; `label` is the name of its class's folder, `sha256` the digest of its content."""

    path: Path
    label: str
    sha256: str


@dataclass(frozen=True)
class PhotoFolder:
    """Photos sorted by label and SHA-256, without duplicates, and the skipped files and folders."""

    photos: tuple[Photo, ...]
    skipped: tuple[Skipped, ...]


def scan(folder: Path) -> PhotoFolder:
    """Reads every file under the sub-folders of `folder`, and logs which are skipped.

    Of duplicates one is kept; photos whose content has two labels are all skipped. Raises
    ModelsError when no photo is left.
    """
    listing = list_folder(folder)
    skipped = listing.skipped
    photos = _without_duplicates(_hash(listing.files, skipped), skipped)
    log_skipped(skipped)
    if not photos:
        raise ModelsError(
            f"no photos in {printable(folder)}: it must have one sub-folder a class, with photos"
            " in it"
        )
    photos.sort(key=lambda photo: (photo.label, photo.sha256))
    return PhotoFolder(tuple(photos), tuple(skipped))


def _hash(files: Iterable[tuple[str, Path]], skipped: list[Skipped]) -> Iterator[Photo]:
    """The files that can be read and are not empty."""
    for label, path in files:
        try:
            if path.stat().st_size:
                yield Photo(path, label, _sha256(path))
            else:
                skipped.append(Skipped(path, "empty"))
        except OSError as error:
            skipped.append(Skipped(path, f"can't be read: {error.strerror}"))


def _without_duplicates(photos: Iterable[Photo], skipped: list[Skipped]) -> list[Photo]:
    by_content: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        by_content[photo.sha256].append(photo)
    unique = []
    for first, *copies in by_content.values():
        if any(copy.label != first.label for copy in copies):
            skipped += [Skipped(p.path, "same content, other label") for p in (first, *copies)]
            continue
        unique.append(first)
        skipped += [Skipped(copy.path, f"copy of {printable(first.path.name)}") for copy in copies]
    return unique


def read_photos(photos: Iterable[Photo], skipped: list[Skipped]) -> Iterator[tuple[Photo, bytes]]:
    """Each photo with its bytes, read lazily. Photos that were deleted or changed since `scan` are
    added to `skipped`."""
    for photo in photos:
        try:
            data = photo.path.read_bytes()
        except OSError as error:
            skipped.append(Skipped(photo.path, f"can't be read: {error.strerror}"))
            continue
        if hashlib.sha256(data).hexdigest() != photo.sha256:
            skipped.append(Skipped(photo.path, "changed since it was listed"))
            continue
        yield photo, data


def log_skipped(skipped: Sequence[Skipped]) -> None:
    """Logs a line for each skipped file or folder."""
    if skipped:
        log.warning("skipped %d files or folders:", len(skipped))
    for each in skipped:
        log.warning("  %s: %s", printable(each.path), printable(each.reason))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def group_by_label(photos: Iterable[Photo]) -> dict[str, list[Photo]]:
    """The photos of each label, labels sorted, photos in the given order."""
    groups: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        groups[photo.label].append(photo)
    return {label: groups[label] for label in sorted(groups)}


def interleave_labels(photos: Sequence[Photo]) -> list[Photo]:
    """The photos, one of each label at a time, so that any prefix of the list is balanced."""
    rounds = zip_longest(*group_by_label(photos).values())
    return [photo for photo in chain.from_iterable(rounds) if photo is not None]

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
from .folder_listing import list_folder
from .listing import PARTS, ListedFile, Listing, Part, Skipped
from .manifest_listing import is_manifest, list_manifest

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Photo:
    """A file and the labels that it has, sorted; `sha256` is the digest of its content."""

    path: Path
    labels: tuple[str, ...]
    sha256: str
    part: Part = "train"
    """The part of the split that it must be in; from "train", `split` takes what is missing."""
    group: str | None = None
    """Photos of one group, such as those of one animal, are in one part of the split."""

    @property
    def label(self) -> str:
        """Its only label; of several, all of them, joined."""
        return ", ".join(self.labels)


@dataclass(frozen=True)
class PhotoSource:
    """Where the photos are: folders with one sub-folder per class, or manifests."""

    images: Path
    validation: Path | None = None
    """Those to validate on, where they are apart from the others."""
    test: Path | None = None
    """Those to test on, where they are apart from the others."""


@dataclass(frozen=True)
class PhotoFolder:
    """Photos sorted by label and SHA-256, without duplicates, and the skipped files and folders."""

    photos: tuple[Photo, ...]
    skipped: tuple[Skipped, ...]
    multi_label: bool = False
    """Whether a photo may have any number of labels."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Sorted."""
        return tuple(sorted({label for photo in self.photos for label in photo.labels}))


def scan(source: Path | PhotoSource) -> PhotoFolder:
    """Reads every file under the sub-folders of a folder, or in a manifest, and logs which are
    skipped.

    Of duplicates one is kept, the one held back from training if there is one; photos whose content
    has different labels are all skipped. Raises ModelsError when no photo is left.
    """
    source = source if isinstance(source, PhotoSource) else PhotoSource(source)
    listing = _list(source)
    skipped = listing.skipped
    photos = _without_duplicates(_hash(listing.files, skipped), skipped)
    log_skipped(skipped)
    if not photos:
        raise ModelsError(
            f"no photos in {printable(source.images)}: it must have one sub-folder a class, with"
            " photos in it, or be a manifest"
        )
    photos.sort(key=lambda photo: (photo.labels, photo.sha256))
    return PhotoFolder(tuple(photos), tuple(skipped), listing.multi_label)


def _list(source: PhotoSource) -> Listing:
    """The files of all parts together."""
    listing = _list_part(source.images, None)
    for part, path in (("validation", source.validation), ("test", source.test)):
        if path is None:
            continue
        other = _list_part(path, part)
        if other.multi_label != listing.multi_label:
            raise ModelsError(
                f"{printable(path)} and {printable(source.images)} must both have one label a"
                " photo, or both have `labels`"
            )
        listing.files += other.files
        listing.skipped += other.skipped
    return listing


def _list_part(path: Path, part: Part | None) -> Listing:
    return list_manifest(path, part) if is_manifest(path) else list_folder(path, part or "train")


def _hash(files: Iterable[ListedFile], skipped: list[Skipped]) -> Iterator[Photo]:
    """The files that can be read and are not empty."""
    for file in files:
        try:
            if file.path.stat().st_size:
                yield Photo(file.path, file.labels, _sha256(file.path), file.part, file.group)
            else:
                skipped.append(Skipped(file.path, "empty"))
        except OSError as error:
            skipped.append(Skipped(file.path, f"can't be read: {error.strerror}"))


def _without_duplicates(photos: Iterable[Photo], skipped: list[Skipped]) -> list[Photo]:
    by_content: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        by_content[photo.sha256].append(photo)
    unique = []
    for same in by_content.values():
        # The last part first: a copy of a test photo must not be trained on.
        kept, *copies = sorted(same, key=lambda photo: -PARTS.index(photo.part))
        if any(copy.labels != kept.labels for copy in copies):
            skipped += [Skipped(photo.path, "same content, other label") for photo in same]
            continue
        unique.append(kept)
        skipped += [Skipped(copy.path, f"copy of {printable(kept.path.name)}") for copy in copies]
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

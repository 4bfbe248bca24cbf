"""What lies in a folder of photos, one sub-folder a class: each file used, or passed over with its
reason."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import ModelsError
from ..printable import shown
from .labels import require_labels

BY_PROGRAMS = frozenset(
    {
        "__macosx",
        "@eadir",
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "$recycle.bin",
        "#recycle",
        "system volume information",
        "lost+found",
        "icon\r",
    }
)
"""What file managers, archives and network drives leave beside photos, in lower case."""


@dataclass(frozen=True)
class Skipped:
    """A file or folder that was not used, and why."""

    path: Path
    reason: str


@dataclass
class Listing:
    """The files of each label, and what is passed over, all in order."""

    files: list[tuple[str, Path]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def listed(folder: Path) -> Listing:
    """All files under the sub-folders of `folder`, however deep: the topmost folder is the label.

    Raises ModelsError when there is no such folder, it has no sub-folder, or one that can't be a
    label.
    """
    if not folder.is_dir():
        raise ModelsError(f"no folder {shown(folder)}")
    listing = Listing()
    entries = _entries(folder, listing)
    classes = [Path(entry) for entry in entries if entry.is_dir()]
    beside = [Path(entry) for entry in entries if not entry.is_dir()]
    if beside and not classes:
        raise ModelsError(
            f"{shown(folder)} has {len(beside):,} files and no sub-folders: it must have one"
            " sub-folder a class, with photos in it"
        )
    listing.skipped += [Skipped(path, "in no class's folder") for path in beside]
    labels = [label_of(each) for each in classes]
    require_labels(labels)
    for label, each in zip(labels, classes, strict=True):
        before = len(listing.files)
        _collect(each, label, listing)
        if len(listing.files) == before:
            listing.skipped.append(Skipped(each, "no photos in it"))
    return listing


def label_of(folder: Path) -> str:
    """A folder's name as a label. Some systems decompose accented letters: they are composed, so
    that the same name is the same label everywhere."""
    name = os.fsencode(folder.name).decode("utf-8", "surrogateescape")
    return unicodedata.normalize("NFC", name)


def _collect(folder: Path, label: str, listing: Listing) -> None:
    for entry in _entries(folder, listing):
        path = Path(entry)
        if entry.is_dir(follow_symlinks=False):
            _collect(path, label, listing)
        elif entry.is_file():
            listing.files.append((label, path))
        elif entry.is_symlink():
            is_folder = entry.is_dir()
            listing.skipped.append(
                Skipped(path, "a link to a folder" if is_folder else "a link to nothing")
            )
        else:
            listing.skipped.append(Skipped(path, "not a file"))


def _entries(folder: Path, listing: Listing) -> list[os.DirEntry]:
    """What a person put into the folder, by name."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        listing.skipped.append(Skipped(folder, f"can't be read: {error.strerror}"))
        return []
    kept = []
    for entry in entries:
        if entry.name.startswith("."):
            listing.skipped.append(Skipped(Path(entry), "hidden"))
        elif entry.name.lower() in BY_PROGRAMS:
            listing.skipped.append(Skipped(Path(entry), "no photo: a program left it there"))
        else:
            kept.append(entry)
    return kept

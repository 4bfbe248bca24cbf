"""Listing a folder of photos, one sub-folder per class: files are used, or skipped for a reason."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from ..errors import ModelsError
from ..printable import printable
from .labels import require_labels
from .listing import ListedFile, Listing, Part, Skipped

SYSTEM_FILES = frozenset(
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
"""Files and folders that file managers, archives and network drives create, in lower case."""


def list_folder(folder: Path, part: Part = "train") -> Listing:
    """All files under the sub-folders of `folder`, however deep: the topmost folder is the label.
    They are sorted, and listed as of `part`.

    Raises ModelsError when there is no such folder, it has no sub-folder, or the name of one is not
    a valid label.
    """
    if not folder.is_dir():
        raise ModelsError(f"no folder {printable(folder)}")
    listing = Listing()
    entries = _entries(folder, listing)
    classes = [Path(entry) for entry in entries if entry.is_dir()]
    files = [Path(entry) for entry in entries if not entry.is_dir()]
    if files and not classes:
        raise ModelsError(
            f"{printable(folder)} has {len(files):,} files and no sub-folders: it must have one"
            " sub-folder a class, with photos in it"
        )
    listing.skipped += [Skipped(path, "not in a class's folder") for path in files]
    labels = [label_of(each) for each in classes]
    _require_classes(folder, labels)
    require_labels(labels)
    for label, each in zip(labels, classes, strict=True):
        paths = _collect(each, listing)
        if not paths:
            listing.skipped.append(Skipped(each, "no photos in it"))
        listing.files += [ListedFile(path, (label,), part) for path in paths]
    return listing


def _require_classes(folder: Path, labels: Sequence[str]) -> None:
    """Raises ModelsError when the sub-folders are the parts of a split, not classes."""
    parts = {"train": "--images", "val": "--validation", "validation": "--validation"}
    parts["test"] = "--test"
    if "train" in labels and len(labels) > 1 and set(labels) <= set(parts):
        options = " ".join(f"{parts[label]} {printable(folder / label)}" for label in labels)
        raise ModelsError(
            f"the sub-folders of {printable(folder)} are parts of a split, not classes: use"
            f" {options}"
        )


def label_of(folder: Path) -> str:
    """A folder's name as a label, in Unicode normal form C: some systems decompose accented
    letters, and the same name must be the same label everywhere."""
    name = os.fsencode(folder.name).decode("utf-8", "surrogateescape")
    return unicodedata.normalize("NFC", name)


def _collect(folder: Path, listing: Listing) -> list[Path]:
    """The files in `folder` and below."""
    files = []
    for entry in _entries(folder, listing):
        path = Path(entry)
        if entry.is_dir(follow_symlinks=False):
            files += _collect(path, listing)
        elif entry.is_file():
            files.append(path)
        elif entry.is_symlink():
            is_folder = entry.is_dir()
            listing.skipped.append(
                Skipped(path, "a link to a folder" if is_folder else "a broken link")
            )
        else:
            listing.skipped.append(Skipped(path, "not a regular file"))
    return files


def _entries(folder: Path, listing: Listing) -> list[os.DirEntry]:
    """The entries that are not hidden and not a system's, sorted by name."""
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
        elif entry.name.lower() in SYSTEM_FILES:
            listing.skipped.append(Skipped(Path(entry), "no photo: created by a program"))
        else:
            kept.append(entry)
    return kept

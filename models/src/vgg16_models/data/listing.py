"""What a folder or a manifest lists: files with their labels, and what was skipped and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")


@dataclass(frozen=True)
class Skipped:
    """A file or folder that was not used, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class ListedFile:
    """A file, not read yet; the fields are those of `photos.Photo`."""

    path: Path
    labels: tuple[str, ...]
    part: Part = "train"
    group: str | None = None


@dataclass
class Listing:
    """The files, and the skipped ones."""

    files: list[ListedFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    multi_label: bool = False
    """Whether a file may have any number of labels."""

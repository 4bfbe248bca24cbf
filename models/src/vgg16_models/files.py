"""Writing files so that nobody ever reads half of one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import ModelsError


def atomically(path: Path, data: bytes) -> None:
    """Writes `data` to `path`, making its folder: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def file_name(name: str) -> str:
    """A name that a service gave, as that of a file or folder. Raises ModelsError when it can't be
    one, or would lead elsewhere."""
    if not re.fullmatch(r"\w[\w.@-]{0,199}", name):
        raise ModelsError(f"the service names {name!r}, which can't be the name of a file")
    return name


def require_writable(folder: Path) -> None:
    """Raises ModelsError when `folder` could not be made, or nothing could be written into it."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not there.is_dir():
        raise ModelsError(f"{there} is no folder, and so {folder} can't be made")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ModelsError(f"{there} can't be written to")


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A hidden folder to fill, which becomes `path` when the block ends well, and goes when not.

    Who watches the folder above sees all of it at once. Raises ModelsError when `path` is taken.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    made = [each for each in path.parents if not each.exists()]
    partial.mkdir(parents=True)
    try:
        yield partial
        try:
            partial.rename(path)
        except OSError as error:
            if path.exists():
                raise ModelsError(f"{path} is there already") from error
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        for each in made:  # the innermost first
            with suppress(OSError):  # what holds the folder is kept
                each.rmdir()

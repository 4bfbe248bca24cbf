"""Atomic writes: no reader ever sees a partly written file or folder."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import ModelsError


def write_atomically(path: Path, data: bytes) -> None:
    """Writes `data` to `path`, creating its folder: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def safe_file_name(name: str) -> str:
    """A name received from a service, for use as the name of a file or folder.

    Raises ModelsError when it is not a valid name, or would lead to another folder.
    """
    if not re.fullmatch(r"\w[\w.@-]{0,199}", name):
        raise ModelsError(f"the service sent the name {name!r}, which is not a valid file name")
    return name


def require_writable(folder: Path) -> None:
    """Raises ModelsError when `folder` could not be created or written to."""
    existing = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not existing.is_dir():
        raise ModelsError(f"{existing} is not a folder, so {folder} can't be created")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise ModelsError(f"{existing} is not writable")


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A hidden temporary folder, renamed to `path` when the block ends, deleted when it raises.

    Whoever watches the parent folder sees all the files at once. Raises ModelsError when `path`
    exists already.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    created = [each for each in path.parents if not each.exists()]
    partial.mkdir(parents=True)
    try:
        yield partial
        try:
            partial.rename(path)
        except OSError as error:
            if path.exists():
                raise ModelsError(f"{path} exists already") from error
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        for each in created:  # the innermost first
            with suppress(OSError):  # not empty: the folder was renamed into it
                each.rmdir()

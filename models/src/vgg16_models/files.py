"""Writing files so that nobody ever reads half of one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A hidden folder to fill, which becomes `path` when the block ends well, and goes when not.

    Who watches the folder above sees all of it at once. Raises ModelsError when `path` is taken.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
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

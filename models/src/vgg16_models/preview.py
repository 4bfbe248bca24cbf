"""`preview`: the first photos that a head would learn from, with their labels."""

from __future__ import annotations

from pathlib import Path

from .files import atomically
from .photos import Skipped, in_turn, scan
from .pictures import Captioned, grid
from .preprocessing import UndecodableError, decoded
from .split import split

SHOWN = 10


def preview(images: Path, out: Path) -> tuple[Skipped, ...]:
    """Draws ten photos of the training part, two rows of five; returns what can't be drawn.

    The labels take turns, so that each is seen.
    """
    folder = scan(images)
    shown, skipped = [], list(folder.skipped)
    for photo in in_turn(split(folder.photos).train):
        if len(shown) == SHOWN:
            break
        try:
            shown.append(Captioned(decoded(photo.path.read_bytes()), photo.label))
        except UndecodableError as error:
            skipped.append(Skipped(photo.path, str(error)))
    atomically(out, grid(shown))
    return tuple(skipped)

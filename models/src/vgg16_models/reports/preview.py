"""`preview`: the first photos that a head would learn from, with their labels."""

from __future__ import annotations

from pathlib import Path

from ..backbone.preprocessing import decoded
from ..data.folder_listing import Skipped
from ..data.photos import contents, in_turn, scan, tell
from ..data.split import split
from ..errors import ModelsError, UndecodableError
from ..files import atomically
from .charts import Captioned, grid, short

SHOWN = 10


def preview(images: Path, out: Path) -> tuple[Skipped, ...]:
    """Draws ten photos of the training part, two rows of five; returns what was
    skipped on the way. Raises ModelsError when none can be drawn.

    The labels take turns, so that each is seen.
    """
    folder = scan(images)
    drawn: list[Captioned] = []
    undrawn: list[Skipped] = []
    photos = split(folder.photos).train
    for photo, data in contents(in_turn(photos), undrawn):
        try:
            drawn.append(Captioned(decoded(data), short(photo.label)))
        except UndecodableError as error:
            undrawn.append(Skipped(photo.path, str(error)))
        if len(drawn) == SHOWN:
            break
    tell(undrawn)
    if not drawn:
        raise ModelsError(f"none of the {len(photos)} photos can be drawn")
    atomically(out, grid(drawn))
    return folder.skipped + tuple(undrawn)

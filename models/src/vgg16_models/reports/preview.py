"""A grid of the first training photos with their labels."""

from __future__ import annotations

from pathlib import Path

from ..data.decoder import decode_image
from ..data.listing import Skipped
from ..data.photos import interleave_labels, log_skipped, read_photos, scan
from ..data.split import split
from ..errors import ModelsError, UndecodableError
from ..files import write_atomically
from .charts import NO_LABEL, CaptionedPhoto, photo_grid, shorten

MAX_PHOTOS = 10


def preview(images: Path, out: Path) -> tuple[Skipped, ...]:
    """Draws ten training photos, of each label in turn, in two rows of five; returns the skipped
    files. Raises ModelsError when no photo can be decoded.
    """
    folder = scan(images)
    labels = {label: at for at, label in enumerate(folder.labels)}
    drawn: list[CaptionedPhoto] = []
    skipped: list[Skipped] = []
    photos = split(folder.photos).train
    for photo, data in read_photos(interleave_labels(photos), skipped):
        try:
            caption = "\n".join(f"label {labels[each]}: {shorten(each)}" for each in photo.labels)
            drawn.append(CaptionedPhoto(decode_image(data), caption or NO_LABEL))
        except UndecodableError as error:
            skipped.append(Skipped(photo.path, str(error)))
        if len(drawn) == MAX_PHOTOS:
            break
    log_skipped(skipped)
    if not drawn:
        raise ModelsError(f"none of the {len(photos)} photos can be decoded")
    write_atomically(out, photo_grid(drawn))
    return folder.skipped + tuple(skipped)

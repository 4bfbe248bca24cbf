"""Photos with their predictions, as cards of an HTML page: the browser has fonts for all labels."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from ..data.photos import Photo
from ..printable import printable
from . import charts
from .html_page import Card

SIDE = 200


def prediction_card(photo: Photo, *lines: str, correct: bool) -> Card:
    return Card(
        thumbnail(photo), (*lines, printable(photo.path.name)), "right" if correct else "wrong"
    )


def thumbnail(photo: Photo) -> bytes:
    """A JPEG of at most 200x200 pixels; grey when the photo can't be decoded any more."""
    image = Image.fromarray(np.ascontiguousarray(charts.pixels_of(photo)))
    image.thumbnail((SIDE, SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()

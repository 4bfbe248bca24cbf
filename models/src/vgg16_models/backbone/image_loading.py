"""Loading photos into one array of preprocessed pixels."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..data.listing import Skipped
from ..data.photos import Photo, log_skipped, read_photos
from ..errors import ModelsError, UndecodableError
from .preprocessing import preprocess


def load_pixels(
    photos: Iterable[Photo], count: int, mode: str = "tf"
) -> tuple[np.ndarray, tuple[Skipped, ...]]:
    """The first `count` readable photos as [n,160,160,3], n <= count, and the skipped ones.

    `mode` is the backbone's preprocessing. Raises ModelsError when none is readable.
    """
    pixels, skipped = [], []
    for photo, data in read_photos(photos, skipped):
        try:
            pixels.append(preprocess(data, mode))
        except UndecodableError as error:
            skipped.append(Skipped(photo.path, str(error)))
        if len(pixels) == count:
            break
    log_skipped(skipped)
    if not pixels:
        raise ModelsError("none of the photos can be read")
    return np.stack(pixels), tuple(skipped)

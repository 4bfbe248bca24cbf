"""Photos read into one array, those that cannot be read passed over."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .errors import ModelsError
from .photos import Photo, Skipped
from .preprocessing import UndecodableError, preprocess


def read_pixels(
    photos: Iterable[Photo], count: int, mode: str = "tf"
) -> tuple[np.ndarray, tuple[Skipped, ...]]:
    """The first `count` readable photos as [n,160,160,3], n <= count, and the unreadable ones.

    `mode` is the backbone's preprocessing. Raises ModelsError when none is readable.
    """
    pixels, skipped = [], []
    for photo in photos:
        if len(pixels) == count:
            break
        try:
            pixels.append(preprocess(photo.path.read_bytes(), mode))
        except UndecodableError as error:
            skipped.append(Skipped(photo.path, str(error)))
    if not pixels:
        raise ModelsError("none of the photos can be read")
    return np.stack(pixels), tuple(skipped)

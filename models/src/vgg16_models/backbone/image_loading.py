"""Photos read into one array, those that cannot be read passed over."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..data.folder_listing import Skipped
from ..data.photos import Photo, contents, tell
from ..errors import ModelsError, UndecodableError
from .preprocessing import preprocess


def read_pixels(
    photos: Iterable[Photo], count: int, mode: str = "tf"
) -> tuple[np.ndarray, tuple[Skipped, ...]]:
    """The first `count` readable photos as [n,160,160,3], n <= count, and the unreadable ones.

    `mode` is the backbone's preprocessing. Raises ModelsError when none is readable.
    """
    pixels, skipped = [], []
    for photo, data in contents(photos, skipped):
        try:
            pixels.append(preprocess(data, mode))
        except UndecodableError as error:
            skipped.append(Skipped(photo.path, str(error)))
        if len(pixels) == count:
            break
    tell(skipped)
    if not pixels:
        raise ModelsError("none of the photos can be read")
    return np.stack(pixels), tuple(skipped)

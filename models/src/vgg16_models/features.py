"""Feature maps of photos, each computed once and then read from a cache."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .files import atomically
from .photos import Photo, Skipped
from .preprocessing import UndecodableError, preprocess
from .progress import progress
from .runtime import Backbone


class FeatureStore:
    """Maps by backbone, precision and the photo's content; one `.npz` a photo under `cache`.

    The folder also carries the digest of the ONNX file: a new int8.onnx is not answered with what
    the old one made.
    """

    def __init__(self, backbone: Backbone, cache: Path):
        self._backbone = backbone
        file = f"{backbone.precision}-{backbone.sha256[:12]}"
        self._folder = cache / "features" / backbone.id / file

    def all(
        self, photos: Sequence[Photo], flipped: bool = False
    ) -> tuple[dict[Photo, np.ndarray], tuple[Skipped, ...]]:
        """The map [5,5,512] of each readable photo, and the photos that are not.

        `flipped`: of the photos' mirror images, left and right exchanged.
        """
        maps, skipped = {}, []
        what = f"{self._backbone.precision} features" + (" of mirror images" if flipped else "")
        for photo in progress(photos, what):
            try:
                maps[photo] = self.one(photo, flipped)
            except UndecodableError as error:
                skipped.append(Skipped(photo.path, str(error)))
        return maps, tuple(skipped)

    def one(self, photo: Photo, flipped: bool = False) -> np.ndarray:
        """Raises UndecodableError when the photo cannot be read."""
        path = self._folder / f"{photo.sha256}{'-flipped' if flipped else ''}.npz"
        if path.is_file():
            with np.load(path) as entry:
                return entry["features"]
        pixels = preprocess(photo.path.read_bytes(), self._backbone.preprocessing)
        if flipped:
            pixels = pixels[:, ::-1]
        features = self._backbone(np.ascontiguousarray(pixels)[np.newaxis])[0]
        buffer = io.BytesIO()
        np.savez(buffer, features=features)
        atomically(path, buffer.getvalue())
        return features

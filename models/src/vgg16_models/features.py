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

    def all(self, photos: Sequence[Photo]) -> tuple[dict[Photo, np.ndarray], tuple[Skipped, ...]]:
        """The map [5,5,512] of each readable photo, and the photos that are not."""
        maps, skipped = {}, []
        for photo in progress(photos, f"{self._backbone.precision} features"):
            try:
                maps[photo] = self.one(photo)
            except UndecodableError as error:
                skipped.append(Skipped(photo.path, str(error)))
        return maps, tuple(skipped)

    def one(self, photo: Photo) -> np.ndarray:
        """Raises UndecodableError when the photo cannot be read."""
        path = self._folder / f"{photo.sha256}.npz"
        if path.is_file():
            with np.load(path) as entry:
                return entry["features"]
        features = self._backbone(preprocess(photo.path.read_bytes())[np.newaxis])[0]
        buffer = io.BytesIO()
        np.savez(buffer, features=features)
        atomically(path, buffer.getvalue())
        return features

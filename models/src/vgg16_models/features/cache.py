"""A cache of feature maps on disk: each is computed once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from ..data.flip import flip_horizontally
from ..data.listing import Skipped
from ..data.photos import Photo, read_photos
from ..errors import ModelsError, UndecodableError
from ..files import write_atomically
from ..progress import progress
from .extractors import FeatureExtractor

DECODER_VERSION = 3
"""Incremented when photos are decoded to other pixels than before."""


class FeatureCache:
    """Feature maps by backbone, precision and the photo's content; one `.npz` per photo.

    The name of the folder also has the extractor's digest and DECODER_VERSION, so that maps of
    another int8.onnx or decoder are not reused.
    """

    def __init__(self, extractor: FeatureExtractor, folder: Path):
        self._extractor = extractor
        version = f"{extractor.precision}-{extractor.digest}-{DECODER_VERSION}"
        self._folder = folder / "features" / extractor.backbone_id / version

    def feature_maps(
        self, photos: Sequence[Photo], flipped: bool = False
    ) -> tuple[dict[Photo, np.ndarray], tuple[Skipped, ...]]:
        """The map [5,5,512] of each readable photo, and the skipped photos.

        `flipped`: of the photos' horizontal flips.
        """
        maps, skipped = self._compute_missing(photos, flipped)
        for photo in photos:
            if photo not in maps and (path := self._path(photo, flipped)).is_file():
                maps[photo] = _load(path)
        return {photo: maps[photo] for photo in photos if photo in maps}, tuple(skipped)

    def _compute_missing(
        self, photos: Sequence[Photo], flipped: bool
    ) -> tuple[dict[Photo, np.ndarray], list[Skipped]]:
        maps, skipped = {}, []
        missing = [photo for photo in photos if not self._path(photo, flipped).is_file()]
        inputs = read_photos(missing, skipped)
        if flipped:
            inputs = _flip(inputs, skipped)
        description = f"{self._extractor.precision} features" + (" of flips" if flipped else "")
        extracted = self._extractor.extract(inputs)
        for photo, result in progress(extracted, description, len(missing)):
            if isinstance(result, UndecodableError):
                skipped.append(Skipped(photo.path, str(result)))
            else:
                _save(self._path(photo, flipped), result)
                maps[photo] = result
        return maps, skipped

    def _path(self, photo: Photo, flipped: bool) -> Path:
        return self._folder / f"{photo.sha256}{'-flipped' if flipped else ''}.npz"


def _save(path: Path, features: np.ndarray) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, features=features)
    write_atomically(path, buffer.getvalue())


def _load(path: Path) -> np.ndarray:
    try:
        with np.load(path) as entry:
            return entry["features"]
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelsError(f"{path} in the cache is damaged: delete it") from error


def _flip(
    photos: Iterable[tuple[Photo, bytes]], skipped: list[Skipped]
) -> Iterator[tuple[Photo, bytes]]:
    for photo, data in photos:
        try:
            yield photo, flip_horizontally(data)
        except UndecodableError as error:
            skipped.append(Skipped(photo.path, str(error)))

"""Feature maps of photos, each computed once and then read from a cache."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from ..backbone.inference import Backbone
from ..backbone.preprocessing import preprocess
from ..client.feature_service import FeatureService
from ..data.flip import mirrored
from ..data.folder_listing import Skipped
from ..data.photos import Photo, contents
from ..errors import ModelsError, UndecodableError
from ..files import atomically, file_name
from ..progress import progress

DECODING = 3
"""Goes up when a photo is decoded to other pixels than before."""


class MapSource(Protocol):
    """Where maps come from: a backbone in one precision."""

    id: str
    """The backbone's, with which the heads trained on its maps are marked."""
    precision: str
    digest: str
    """Of what computes: other weights, or another way to them, have another one."""

    def maps(
        self, photos: Iterable[tuple[Photo, bytes]]
    ) -> Iterator[tuple[Photo, np.ndarray | UndecodableError]]:
        """The map [5,5,512] of each photo, or why it has none, in any order."""
        ...


class LocalMaps:
    """Maps by ONNX Runtime, in this process."""

    def __init__(self, backbone: Backbone):
        self._backbone = backbone
        self.id, self.precision = backbone.id, backbone.precision
        self.digest = backbone.sha256[:12]

    def maps(
        self, photos: Iterable[tuple[Photo, bytes]]
    ) -> Iterator[tuple[Photo, np.ndarray | UndecodableError]]:
        for photo, data in photos:
            try:
                pixels = preprocess(data, self._backbone.preprocessing)
            except UndecodableError as error:
                yield photo, error
            else:
                yield photo, self._backbone(pixels[np.newaxis])[0]


class ServiceMaps:
    """Maps by a running feature service, in the precision that it runs in.

    It does not tell which file it runs: who puts another int8.onnx of the same backbone there takes
    another cache too.
    """

    def __init__(self, service: FeatureService):
        self._service = service
        backbone = service.backbone()
        self.id, self.precision = file_name(backbone.id), file_name(backbone.precision)
        self.digest = "service"

    def maps(
        self, photos: Iterable[tuple[Photo, bytes]]
    ) -> Iterator[tuple[Photo, np.ndarray | UndecodableError]]:
        return self._service.extract(photos)


class FeatureStore:
    """Maps by backbone, precision and the photo's content; one `.npz` a photo under `cache`.

    The folder also carries the source's digest, and the number of the rules of decoding: a new
    int8.onnx, or other rules, are not answered with what the old ones made.
    """

    def __init__(self, source: MapSource, cache: Path):
        self._source = source
        made_by = f"{source.precision}-{source.digest}-{DECODING}"
        self._folder = cache / "features" / source.id / made_by

    def all(
        self, photos: Sequence[Photo], flipped: bool = False
    ) -> tuple[dict[Photo, np.ndarray], tuple[Skipped, ...]]:
        """The map [5,5,512] of each readable photo, and the photos that are not.

        `flipped`: of the photos' mirror images, left and right exchanged.
        """
        kept, skipped = {}, []
        new = [photo for photo in photos if not self._path(photo, flipped).is_file()]
        made = self._source.maps(_mirrored(contents(new, skipped), flipped, skipped))
        what = f"{self._source.precision} features" + (" of mirror images" if flipped else "")
        for photo, features in progress(made, what, len(new)):
            if isinstance(features, UndecodableError):
                skipped.append(Skipped(photo.path, str(features)))
            else:
                self._keep(self._path(photo, flipped), features)
                kept[photo] = features
        for photo in photos:
            if photo not in kept and (path := self._path(photo, flipped)).is_file():
                kept[photo] = _kept(path)
        return {photo: kept[photo] for photo in photos if photo in kept}, tuple(skipped)

    def _path(self, photo: Photo, flipped: bool) -> Path:
        return self._folder / f"{photo.sha256}{'-flipped' if flipped else ''}.npz"

    def _keep(self, path: Path, features: np.ndarray) -> None:
        buffer = io.BytesIO()
        np.savez(buffer, features=features)
        atomically(path, buffer.getvalue())


def _kept(path: Path) -> np.ndarray:
    try:
        with np.load(path) as entry:
            return entry["features"]
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelsError(f"{path} in the cache is damaged: delete it") from error


def _mirrored(
    photos: Iterable[tuple[Photo, bytes]], flipped: bool, skipped: list[Skipped]
) -> Iterator[tuple[Photo, bytes]]:
    """The photos as they are, or their mirror images; those that have none are skipped."""
    for photo, data in photos:
        try:
            yield photo, mirrored(data) if flipped else data
        except UndecodableError as error:
            skipped.append(Skipped(photo.path, str(error)))

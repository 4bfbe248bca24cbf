"""Feature extraction: the feature maps of photos, by ONNX Runtime here or by a running service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..backbone.inference import Backbone
from ..backbone.preprocessing import preprocess
from ..data.photos import Photo
from ..errors import UndecodableError
from ..files import safe_file_name

if TYPE_CHECKING:  # an extra, which a local backbone does not need
    from ..feature_service import FeatureService


class FeatureExtractor(Protocol):
    """A backbone in one precision."""

    backbone_id: str
    precision: str
    digest: str
    """Identifies the weights and the code; part of the cache's key."""

    def extract(
        self, photos: Iterable[tuple[Photo, bytes]]
    ) -> Iterator[tuple[Photo, np.ndarray | UndecodableError]]:
        """The feature map [5,5,512] of each photo, or its error, in any order."""
        ...


class LocalExtractor:
    """Runs the backbone in this process."""

    def __init__(self, backbone: Backbone):
        self._backbone = backbone
        self.backbone_id, self.precision = backbone.id, backbone.precision
        self.digest = backbone.sha256[:12]

    def extract(
        self, photos: Iterable[tuple[Photo, bytes]]
    ) -> Iterator[tuple[Photo, np.ndarray | UndecodableError]]:
        for photo, data in photos:
            try:
                pixels = preprocess(data, self._backbone.preprocessing)
            except UndecodableError as error:
                yield photo, error
            else:
                yield photo, self._backbone(pixels[np.newaxis])[0]


class ServiceExtractor:
    """Calls a running feature service, in the precision that it runs in.

    The service does not report the digest of its model file: after replacing an int8.onnx of the
    same backbone, use another cache.
    """

    def __init__(self, service: FeatureService):
        self._service = service
        backbone = service.backbone()
        self.backbone_id = safe_file_name(backbone.id)
        self.precision = safe_file_name(backbone.precision)
        self.digest = safe_file_name(f"service-{backbone.execution_provider}")

    def extract(
        self, photos: Iterable[tuple[Photo, bytes]]
    ) -> Iterator[tuple[Photo, np.ndarray | UndecodableError]]:
        return self._service.extract(photos)

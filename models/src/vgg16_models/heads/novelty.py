"""Adding the statistics of the training photos to an existing head."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..backbone.inference import Backbone
from ..data.listing import Skipped
from ..data.photos import log_skipped, scan
from ..data.split import split
from ..errors import ModelsError
from ..features.cache import FeatureCache
from ..features.extractors import LocalExtractor
from ..features.statistics import FeatureStatistics
from ..graph.session import create_session
from .manifest import HeadManifest
from .onnx_export import INPUT, OUTPUT


def add_statistics(
    head: Path, images: Path, *, backbone: Path, cache: Path
) -> tuple[FeatureStatistics, tuple[Skipped, ...]]:
    """`images` must be the photos that the head in the folder `head` was trained on.

    Raises ModelsError when the head is of another backbone, or there are too few photos.
    """
    base = Backbone.load(backbone, "fp32")
    required = HeadManifest.read_raw(head).get("backbone")
    if required != base.id:
        raise ModelsError(f"{head} is a head of backbone {required}, and {backbone} is {base.id}")
    folder = scan(images)
    maps, unreadable = FeatureCache(LocalExtractor(base), cache).feature_maps(folder.photos)
    log_skipped(unreadable)
    parts = split(maps)
    held_out = parts.validation + parts.test
    if not held_out:
        raise ModelsError(f"fewer than 10 readable photos of each label in {images}: too few")
    features = np.stack([maps[photo] for photo in held_out])
    session = create_session(head / str(HeadManifest.read_raw(head).get("file")))
    (scores,) = session.run([OUTPUT], {INPUT.name: features})
    train = np.stack([maps[photo] for photo in parts.train])
    statistics = FeatureStatistics.of(train, features, scores)
    HeadManifest.amend(head, "features", statistics)
    return statistics, folder.skipped + unreadable

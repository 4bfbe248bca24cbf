"""`novelty`: gives a head that is there already the statistics that `train` writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..backbone.inference import Backbone
from ..data.folder_listing import Skipped
from ..data.photos import scan, tell
from ..data.split import split
from ..errors import ModelsError
from ..features.cache import FeatureStore, LocalMaps
from ..features.statistics import FeatureStatistics
from ..manifests import HeadManifest


def add_statistics(
    head: Path, images: Path, *, backbone: Path, cache: Path
) -> tuple[FeatureStatistics, tuple[Skipped, ...]]:
    """Takes the photos that the head in the folder `head` was trained on, and splits them alike.

    Raises ModelsError when the head is of another backbone.
    """
    base = Backbone.load(backbone, "fp32")
    wanted = HeadManifest.read_raw(head).get("backbone")
    if wanted != base.id:
        raise ModelsError(f"{head} is a head of backbone {wanted}, and {backbone} is {base.id}")
    folder = scan(images)
    maps, unreadable = FeatureStore(LocalMaps(base), cache).all(folder.photos)
    tell(unreadable)
    parts = split(maps)
    held_back = parts.validation + parts.test
    if not held_back:
        raise ModelsError(f"fewer than 10 readable photos of each label in {images}: too few")
    statistics = FeatureStatistics.of(
        np.stack([maps[photo] for photo in parts.train]),
        np.stack([maps[photo] for photo in held_back]),
    )
    HeadManifest.amend(head, "features", statistics)
    return statistics, folder.skipped + unreadable

"""From labelled photos to their features, cut into parts."""

from __future__ import annotations

from pathlib import Path

from ..data.listing import Skipped
from ..data.photos import PhotoSource, log_skipped, scan
from ..data.split import split
from ..features.cache import FeatureCache
from .training_data import LabelMinimum, TrainingData, require_parts


def load(
    source: Path | PhotoSource, features: FeatureCache, minimum: LabelMinimum
) -> tuple[TrainingData, tuple[Skipped, ...]]:
    """The readable photos with their features, and the skipped files.

    What can be known of the photos without their features is checked before these are computed.
    Raises ModelsError when there are too few photos.
    """
    folder = scan(source)
    photos, small = minimum.apply(folder.photos)
    require_parts(split(photos))
    maps, unreadable = features.feature_maps(photos)
    log_skipped(unreadable)
    readable, smaller = minimum.apply(maps)
    by_content = {photo.sha256: values for photo, values in maps.items()}
    maps = {photo: by_content[photo.sha256] for photo in readable}
    parts = split(maps)
    require_parts(parts)
    labels = tuple(sorted({label for photo in readable for label in photo.labels}))
    data = TrainingData(maps, labels, parts, folder.multi_label)
    data.log_sizes()
    return data, folder.skipped + small + unreadable + smaller

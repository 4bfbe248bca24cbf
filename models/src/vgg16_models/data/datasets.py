"""Data sets of tensorflow_datasets, unpacked into a folder of photos like any other."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from urllib.parse import quote

from ..errors import ModelsError
from ..files import atomically, whole_folder
from ..progress import progress
from .labels import require_labels

log = logging.getLogger(__name__)

PNG = b"\x89PNG\r\n\x1a\n"


def unpacked(name: str, data_dir: Path | None, cache: Path) -> Path:
    """The folder of a data set's photos, one sub-folder a class, made when it is not there.

    All its parts together: what teaches and what judges is split by content anew. Files are as
    the data set holds them, named by their SHA-256. tensorflow_datasets downloads what `data_dir`
    lacks. Raises ModelsError when the data set can't be had, or has no images with labels.
    """
    import tensorflow_datasets as tfds

    folder = cache / "datasets" / quote(name, safe="")
    if folder.is_dir():
        log.info("%s is unpacked in %s", name, folder)
        return folder
    try:
        builder = tfds.builder(name, data_dir=data_dir)
        builder.download_and_prepare()
    except Exception as error:  # the library's own, TensorFlow's and the network's
        raise ModelsError(f"the data set {name} can't be loaded: {error}") from error
    features = builder.info.features
    if not {"image", "label"} <= set(features):
        raise ModelsError(f"the data set {name} has no `image` and `label`: it has {[*features]}")
    examples = builder.as_dataset(
        split="all", decoders={"image": tfds.decode.SkipDecoding()}, shuffle_files=False
    )
    names = [name.replace("/", "_") for name in features["label"].names]
    require_labels(names)
    total = sum(split.num_examples for split in builder.info.splits.values())
    with whole_folder(folder) as partial:
        for example in progress(examples.as_numpy_iterator(), f"unpacking {name}", total):
            data = example["image"]
            label = names[example["label"]]
            ending = "png" if data.startswith(PNG) else "jpg"
            file = f"{hashlib.sha256(data).hexdigest()}.{ending}"
            atomically(partial / label / file, data)
    return folder

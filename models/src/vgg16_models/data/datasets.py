"""Data sets of tensorflow_datasets, written to a folder of photos like any other."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from ..errors import ModelsError
from ..files import new_folder, write_atomically
from ..progress import progress
from .labels import require_labels

log = logging.getLogger(__name__)

PNG = b"\x89PNG\r\n\x1a\n"


def unpack_dataset(name: str, data_dir: Path | None, cache: Path) -> Path:
    """The folder of a data set's photos, one sub-folder a label, created the first time.

    All its splits together: `split` splits them by content. Files have the bytes that the data
    set has, and their SHA-256 as name. tensorflow_datasets downloads what `data_dir` lacks. Raises
    ModelsError when the data set can't be loaded, or has no images with labels.
    """
    folder = cache / "datasets" / quote(name, safe="")
    if folder.is_dir():
        log.info("%s is unpacked in %s", name, folder)
        return folder
    builder = _load(name, data_dir)
    labels = _labels(name, builder.info.features)
    total = sum(split.num_examples for split in builder.info.splits.values())
    with new_folder(folder) as partial:
        for label, data in progress(_examples(builder, labels), f"unpacking {name}", total):
            suffix = "png" if data.startswith(PNG) else "jpg"
            file = f"{hashlib.sha256(data).hexdigest()}.{suffix}"
            write_atomically(partial / label / file, data)
    return folder


def _load(name: str, data_dir: Path | None):
    import tensorflow_datasets as tfds

    try:
        builder = tfds.builder(name, data_dir=data_dir)
        builder.download_and_prepare()
        return builder
    except Exception as error:  # of the library, of TensorFlow or of the network
        raise ModelsError(f"the data set {name} can't be loaded: {error}") from error


def _labels(name: str, features) -> list[str]:
    if not {"image", "label"} <= set(features):
        raise ModelsError(f"the data set {name} has no `image` and `label`: it has {[*features]}")
    labels = [label.replace("/", "_") for label in features["label"].names]
    require_labels(labels)
    return labels


def _examples(builder, labels: list[str]) -> Iterator[tuple[str, bytes]]:
    """Label and encoded image of each example."""
    import tensorflow_datasets as tfds

    examples = builder.as_dataset(
        split="all", decoders={"image": tfds.decode.SkipDecoding()}, shuffle_files=False
    )
    for example in examples.as_numpy_iterator():
        yield labels[example["label"]], example["image"]

"""Data sets of tensorflow_datasets, written to a folder of photos like any other."""

from __future__ import annotations

import csv
import hashlib
import io
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from ..errors import ModelsError
from ..files import new_folder, write_atomically
from ..progress import progress
from .labels import require_labels

log = logging.getLogger(__name__)

TUTORIAL_SPLIT = {
    "train": "train[:80%]",
    "validation": "train[80%:90%]",
    "test": "train[90%:]",
}
"""Of https://www.tensorflow.org/tutorials/images/transfer_learning, which loads `cats_vs_dogs`."""

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
            write_atomically(partial / label / _file_name(data), data)
    return folder


def tutorial_manifest(name: str, data_dir: Path | None, cache: Path) -> Path:
    """The manifest of the same photos with the split of TensorFlow's tutorial, by position in the
    data set's part `train`; created the first time. The data set's other parts are left out."""
    folder = unpack_dataset(name, data_dir, cache)
    manifest = folder.with_name(f"{folder.name}.csv")
    if manifest.is_file():
        return manifest
    builder = _load(name, data_dir)
    if "train" not in builder.info.splits:
        raise ModelsError(f"the data set {name} has no part `train`: leave out --split tfds")
    labels = _labels(name, builder.info.features)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("file", "label", "split"))
    for part, positions in TUTORIAL_SPLIT.items():
        for label, data in _examples(builder, labels, positions):
            writer.writerow((f"{folder.name}/{label}/{_file_name(data)}", label, part))
    write_atomically(manifest, text.getvalue().encode())
    return manifest


def _file_name(data: bytes) -> str:
    suffix = "png" if data.startswith(PNG) else "jpg"
    return f"{hashlib.sha256(data).hexdigest()}.{suffix}"


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


def _examples(builder, labels: list[str], split: str = "all") -> Iterator[tuple[str, bytes]]:
    """Label and encoded image of each example of a split, as tensorflow_datasets names them."""
    import tensorflow_datasets as tfds

    examples = builder.as_dataset(
        split=split, decoders={"image": tfds.decode.SkipDecoding()}, shuffle_files=False
    )
    for example in examples.as_numpy_iterator():
        yield labels[example["label"]], example["image"]

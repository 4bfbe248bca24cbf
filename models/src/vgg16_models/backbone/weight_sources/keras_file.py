"""The weights file that Keras publishes, in HDF5."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import h5py
import numpy as np

from ...errors import ModelsError
from ...files import write_atomically
from ..architecture import CONVS
from ..weights import Weights, weights_from_arrays

NAME = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
URL = f"https://storage.googleapis.com/tensorflow/keras-applications/vgg16/{NAME}"
TIMEOUT_SECONDS = 5


class DownloadError(ModelsError):
    """The file could not be downloaded."""


def download(cache: Path, url: str = URL) -> Path:
    """The file in `cache`, downloaded the first time; fails within seconds without a network."""
    path = cache / NAME
    if path.is_file():
        return path
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:
            write_atomically(path, response.read())
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise DownloadError(
            f"Keras's weights file can't be downloaded from {urlsplit(url).hostname} ({reason})"
        ) from error
    return path


def read(path: Path) -> Weights:
    """Reads Keras's HDF5 layout: one group per layer, whose `weight_names` are kernel and bias.

    A whole model saved as `.h5` has the same groups under `model_weights`.
    """
    try:
        with h5py.File(path, "r") as file:
            layers = file.get("model_weights", file)
            return weights_from_arrays(
                [_kernel_and_bias(layers[conv.name]) for conv in CONVS], str(path)
            )
    except FileNotFoundError:
        raise ModelsError(f"no weights file {path}") from None
    except (OSError, KeyError, ValueError) as error:
        raise ModelsError(f"{path} is not a VGG16 weights file of Keras: {error}") from error


def _kernel_and_bias(layer: h5py.Group) -> tuple[np.ndarray, np.ndarray]:
    kernel, bias = (np.asarray(layer[name]) for name in layer.attrs["weight_names"])
    return kernel, bias

"""Scaling of pixel values, by the modes of Keras's `preprocess_input`.

The Java service's `Preprocessing` must do the same.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_MEAN_BGR = np.array([103.939, 116.779, 123.68], np.float32)
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_STD = np.array([0.229, 0.224, 0.225], np.float32)

MODES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tf": lambda rgb: rgb / np.float32(127.5) - np.float32(1),
    "caffe": lambda rgb: rgb[..., ::-1] - _MEAN_BGR,
    "torch": lambda rgb: (rgb / np.float32(255) - _MEAN) / _STD,
}
"""Functions of [...,3] float32 RGB in [0,255]; `caffe` returns BGR."""

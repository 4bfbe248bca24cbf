"""Preprocessing: from an encoded image to the backbone's input."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..data.decoder import decode_image
from .architecture import SIZE
from .pixel_scaling import MODES


def preprocess(data: bytes, mode: str = "tf") -> np.ndarray:
    """A JPEG, PNG or WebP file to [160,160,3] float32, scaled by `mode`, a key of MODES.

    Raises UndecodableError when it can't be decoded.
    """
    return scale(resize(decode_image(data)), mode)


def resize(rgb: np.ndarray) -> np.ndarray:
    """[h,w,3] to [160,160,3] float32 in [0,255]: bilinear, half-pixel centres, no antialiasing."""
    return tf.image.resize(rgb, (SIZE, SIZE), method="bilinear", antialias=False).numpy()


def scale(rgb: np.ndarray, mode: str = "tf") -> np.ndarray:
    """[...,3] float32 in [0,255], scaled as by Keras's mode of that name; `tf`: to [-1,1]."""
    return MODES[mode](rgb)

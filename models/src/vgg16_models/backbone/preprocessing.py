"""From the bytes of a picture to the pixels that the backbone takes."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from ..data.decoder import decoder
from .architecture import SIZE
from .pixel_scaling import MODES


def preprocess(data: bytes, mode: str = "tf") -> np.ndarray:
    """JPEG, PNG or WebP bytes to [160,160,3] float32, scaled as `mode`, a key of MODES, asks.

    Raises UndecodableError if they are none.
    """
    return scaled(resized(decoded(data)), mode)


def decoded(data: bytes) -> np.ndarray:
    """JPEG, PNG or WebP bytes to [height,width,3] uint8 RGB, turned as their EXIF orientation says.

    Raises UndecodableError where feature-service would refuse them, with its reason.
    """
    return decoder().decode(data)


def resized(rgb: np.ndarray) -> np.ndarray:
    """[h,w,3] to [160,160,3] float32 in [0,255]: bilinear, half-pixel centres, no antialiasing."""
    return tf.image.resize(rgb, (SIZE, SIZE), method="bilinear", antialias=False).numpy()


def scaled(rgb: np.ndarray, mode: str = "tf") -> np.ndarray:
    """[...,3] float32 in [0,255] as Keras's mode of that name scales it; `tf`: to [-1,1]."""
    return MODES[mode](rgb)

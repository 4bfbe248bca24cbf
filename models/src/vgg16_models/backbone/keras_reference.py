"""The reference for tests and comparisons: Keras's VGG16, TensorFlow's and Pillow's decoders."""

from __future__ import annotations

import io

import keras
import numpy as np
import tensorflow as tf
from PIL import ExifTags, Image

from .architecture import CONVS, SIZE
from .weights import Weights


def keras_backbone(weights: Weights) -> keras.Model:
    """`keras.applications.VGG16` without top, for [n,160,160,3]."""
    model = keras.applications.VGG16(weights=None, include_top=False, input_shape=(SIZE, SIZE, 3))
    for conv, values in zip(CONVS, weights, strict=True):
        model.get_layer(conv.name).set_weights([values.kernel, values.bias])
    return model


def keras_preprocess(rgb: np.ndarray) -> np.ndarray:
    """Keras's own preprocessing, mode `tf`, of [...,3] in [0,255]."""
    return keras.applications.imagenet_utils.preprocess_input(rgb.copy(), mode="tf")


def reference_decode(data: bytes) -> np.ndarray:
    """An image [height,width,3] uint8 RGB, its EXIF orientation applied, by third-party code alone.

    JPEG by TensorFlow with the accurate DCT, as its default differs from all other decoders; other
    formats by Pillow. For valid images of common kinds only.
    """
    with Image.open(io.BytesIO(data)) as image:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        if image.format == "JPEG":
            rgb = tf.io.decode_jpeg(data, channels=3, dct_method="INTEGER_ACCURATE").numpy()
        else:
            rgb = np.asarray(image.convert("RGB"))
    return upright(rgb, orientation)


def upright(rgb: np.ndarray, orientation: int) -> np.ndarray:
    """Applies an EXIF orientation (1 to 8; any other value: none) to [h,w,3] pixels."""
    if orientation in (5, 6, 7, 8):
        rgb = rgb.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        rgb = rgb[::-1]
    if orientation in (2, 3, 6, 7):
        rgb = rgb[:, ::-1]
    return np.ascontiguousarray(rgb)

"""What the project is measured against: Keras's own VGG16, TensorFlow's and Pillow's decoders."""

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


def keras_preprocessed(rgb: np.ndarray) -> np.ndarray:
    """Keras's own preprocessing, mode `tf`, of [...,3] in [0,255]."""
    return keras.applications.imagenet_utils.preprocess_input(rgb.copy(), mode="tf")


def reference_decoded(data: bytes) -> np.ndarray:
    """A photo [height,width,3] uint8 RGB, upright, without any of our code's help.

    JPEGs by TensorFlow with the accurate DCT, since its default differs from every other decoder's;
    the others by Pillow. The photo must be sound and of an ordinary kind.
    """
    with Image.open(io.BytesIO(data)) as image:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        if image.format == "JPEG":
            rgb = tf.io.decode_jpeg(data, channels=3, dct_method="INTEGER_ACCURATE").numpy()
        else:
            rgb = np.asarray(image.convert("RGB"))
    return upright(rgb, orientation)


def upright(rgb: np.ndarray, orientation: int) -> np.ndarray:
    """Undoes an EXIF orientation (1 to 8; anything else means upright) of [h,w,3] pixels."""
    if orientation in (5, 6, 7, 8):
        rgb = rgb.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        rgb = rgb[::-1]
    if orientation in (2, 3, 6, 7):
        rgb = rgb[:, ::-1]
    return np.ascontiguousarray(rgb)

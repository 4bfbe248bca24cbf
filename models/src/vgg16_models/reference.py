"""Keras's own VGG16 with the weights put into it: what every precision is measured against."""

from __future__ import annotations

import keras
import numpy as np

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

"""Backbone and head as one Keras model, for its summary."""

from __future__ import annotations

import keras

from ..backbone.architecture import SIZE
from .architecture import HeadArchitecture
from .keras_model import head_layers


def whole_model(classes: int, architecture: HeadArchitecture) -> keras.Model:
    """From pixels [n,160,160,3] to scores [n,classes]: random weights, a frozen backbone."""
    shape = (SIZE, SIZE, 3)
    backbone = keras.applications.VGG16(weights=None, include_top=False, input_shape=shape)
    backbone.trainable = False
    return keras.Sequential([keras.Input(shape), backbone, *head_layers(classes, architecture)])

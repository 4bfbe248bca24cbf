"""The backbone, and backbone and head as one Keras model, for their summaries."""

from __future__ import annotations

import keras

from ..backbone.architecture import SIZE
from .architecture import HeadArchitecture
from .keras_model import head_layers

SHAPE = (SIZE, SIZE, 3)


def base_model() -> keras.Model:
    """The frozen backbone, from pixels [n,160,160,3] to maps [n,5,5,512]: random weights."""
    backbone = keras.applications.VGG16(weights=None, include_top=False, input_shape=SHAPE)
    backbone.trainable = False
    return backbone


def whole_model(base: keras.Model, classes: int, architecture: HeadArchitecture) -> keras.Model:
    """From pixels [n,160,160,3] to scores [n,classes]: `base`, and a head of random weights."""
    return keras.Sequential([keras.Input(SHAPE), base, *head_layers(classes, architecture)])

"""The head as a Keras model."""

from __future__ import annotations

import keras

from ..backbone.architecture import FEATURES
from ..manifest_entries import Layer
from .architecture import HeadArchitecture

DEFAULT = HeadArchitecture()


def head_model(classes: int, architecture: HeadArchitecture = DEFAULT) -> keras.Model:
    """An untrained model from maps [n,5,5,512] to scores [n,classes]."""
    return keras.Sequential(
        [keras.Input(FEATURES, name="features"), *head_layers(classes, architecture)]
    )


def head_layers(classes: int, architecture: HeadArchitecture) -> list[keras.Layer]:
    """The layers after the backbone, with the names that Keras gives them in a new process."""
    stages = [
        keras.layers.Flatten(name="flatten")
        if architecture.pool == "flatten"
        else keras.layers.GlobalAveragePooling2D(name="global_average_pooling2d"),
        keras.layers.Dense(architecture.units, activation="relu", name="dense"),
    ]
    if architecture.dropout:
        stages.append(keras.layers.Dropout(architecture.dropout, name="dropout"))
    return [*stages, keras.layers.Dense(classes, activation="softmax", name="dense_1")]


def layer_rows(model: keras.Model) -> tuple[Layer, ...]:
    """The rows of `model.summary()`."""
    return tuple(
        Layer(layer.name, type(layer).__name__, tuple(layer.output.shape[1:]), layer.count_params())
        for layer in model.layers
    )

"""The head as a Keras model."""

from __future__ import annotations

import keras
import numpy as np

from ..backbone.architecture import FEATURES
from ..manifest_entries import Layer
from .architecture import HeadArchitecture

DEFAULT = HeadArchitecture()


def head_model(
    classes: int,
    architecture: HeadArchitecture = DEFAULT,
    *,
    multi_label: bool = False,
    l2: float = 0.0,
) -> keras.Model:
    """An untrained model from maps [n,5,5,512] to scores [n,classes].

    These are a softmax, or with `multi_label` a sigmoid each. `l2` is the factor of the penalty on
    the squared weights of the dense layers.
    """
    layers = head_layers(classes, architecture, multi_label=multi_label, l2=l2)
    # Pooling makes maps of any size equal: `fit` trains on maps that are pooled already.
    shape = (None, None, FEATURES[2]) if architecture.pool == "gap" else FEATURES
    return keras.Sequential([keras.Input(shape, name="features"), *layers])


def head_layers(
    classes: int, architecture: HeadArchitecture, *, multi_label: bool = False, l2: float = 0.0
) -> list[keras.Layer]:
    """The layers after the backbone, with the names that Keras gives them in a new process."""
    penalty = keras.regularizers.L2(l2) if l2 else None
    stages = [
        keras.layers.Flatten(name="flatten")
        if architecture.pool == "flatten"
        else keras.layers.GlobalAveragePooling2D(name="global_average_pooling2d")
    ]
    if architecture.units:
        stages.append(
            keras.layers.Dense(
                architecture.units, activation="relu", kernel_regularizer=penalty, name="dense"
            )
        )
    if architecture.dropout:
        stages.append(keras.layers.Dropout(architecture.dropout, name="dropout"))
    last = keras.layers.Dense(
        classes,
        activation="sigmoid" if multi_label else "softmax",
        kernel_regularizer=penalty,
        name="dense_1" if architecture.units else "dense",
    )
    return [*stages, last]


def logits(model: keras.Model, maps: np.ndarray) -> np.ndarray:
    """What the last layer's activation is applied to, [n,classes]."""
    *_, before, last = model.layers
    kernel, bias = last.get_weights()
    [features] = model.inputs
    hidden = keras.Model(features, before.output)(maps, training=False)
    return np.asarray(hidden) @ kernel + bias


def layer_rows(model: keras.Model) -> tuple[Layer, ...]:
    """The rows of `model.summary()`."""
    return tuple(
        Layer(layer.name, type(layer).__name__, tuple(layer.output.shape[1:]), layer.count_params())
        for layer in model.layers
    )

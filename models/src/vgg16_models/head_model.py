"""The head in Keras: made, trained, and counted right."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np

from .architecture import FEATURES
from .manifests import Layer

HIDDEN = 512


@dataclass(frozen=True, eq=False)
class Examples:
    """Maps [n,5,5,512] float32 and the index of each one's label [n]."""

    features: np.ndarray
    targets: np.ndarray


@dataclass(frozen=True)
class Recipe:
    """How a head is trained."""

    seed: int = 7
    epochs: int = 100
    patience: int = 10
    """Epochs without a better validation loss before training stops and the best one is taken."""
    batch: int = 32
    learning_rate: float = 3e-4


def head_model(classes: int) -> keras.Model:
    """Global average pooling, Dense(512, relu), Dense(classes, softmax)."""
    return keras.Sequential(
        [
            keras.Input(FEATURES, name="features"),
            keras.layers.GlobalAveragePooling2D(name="global_average_pooling2d"),
            keras.layers.Dense(HIDDEN, activation="relu", name="dense"),
            keras.layers.Dense(classes, activation="softmax", name="dense_1"),
        ]
    )


def trained(classes: int, train: Examples, validation: Examples, recipe: Recipe) -> keras.Model:
    """A head trained by `recipe`; the same examples give the same head on the same machine."""
    keras.utils.set_random_seed(recipe.seed)
    model = head_model(classes)
    model.compile(
        optimizer=keras.optimizers.Adam(recipe.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(
        train.features,
        train.targets,
        validation_data=(validation.features, validation.targets),
        batch_size=recipe.batch,
        epochs=recipe.epochs,
        callbacks=[
            keras.callbacks.EarlyStopping(
                monitor="val_loss", patience=recipe.patience, restore_best_weights=True
            )
        ],
        verbose=2,
    )
    return model


def layers(model: keras.Model) -> tuple[Layer, ...]:
    """The rows of `model.summary()`."""
    return tuple(
        Layer(layer.name, type(layer).__name__, tuple(layer.output.shape[1:]), layer.count_params())
        for layer in model.layers
    )

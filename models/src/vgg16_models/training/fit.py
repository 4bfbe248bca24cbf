"""Training one head on features: examples in, a Keras model and its learning curves out."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import keras
import numpy as np
from sklearn.utils.class_weight import compute_class_weight

from ..errors import ModelsError
from ..heads.keras_model import head_model
from .recipe import Recipe

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Examples:
    """Maps [n,5,5,512] float32 and the index of each one's label [n]."""

    features: np.ndarray
    targets: np.ndarray

    def __add__(self, other: Examples) -> Examples:
        return Examples(
            np.concatenate([self.features, other.features]),
            np.concatenate([self.targets, other.targets]),
        )


@dataclass(frozen=True)
class Curves:
    """Loss (natural logarithm) and accuracy after each epoch, on both parts."""

    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    validation_loss: tuple[float, ...]
    validation_accuracy: tuple[float, ...]

    @property
    def epochs(self) -> int:
        return len(self.loss)

    @property
    def best_epoch(self) -> int:
        """The one whose weights were taken, counted from 1."""
        return int(np.argmin(self.validation_loss)) + 1


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained head and how it came there."""

    model: keras.Model
    curves: Curves


def fit(classes: int, train: Examples, validation: Examples, recipe: Recipe) -> Fitted:
    """Trains a head by `recipe` and takes the epoch with the least validation loss."""
    keras.utils.set_random_seed(recipe.seed)
    model = head_model(classes, recipe.architecture)
    model.compile(
        optimizer=keras.optimizers.Adam(recipe.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    best = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=recipe.patience, restore_best_weights=True
    )
    model.fit(
        train.features,
        train.targets,
        validation_data=(validation.features, validation.targets),
        batch_size=recipe.batch,
        epochs=recipe.epochs,
        class_weight=_balanced(train.targets) if recipe.class_weights else None,
        callbacks=[best, _Told(recipe.epochs)],
        verbose=0,
    )
    history = model.history.history
    curves = Curves(
        loss=tuple(history["loss"]),
        accuracy=tuple(history["accuracy"]),
        validation_loss=tuple(history["val_loss"]),
        validation_accuracy=tuple(history["val_accuracy"]),
    )
    if not np.isfinite(curves.validation_loss).all():
        raise ModelsError(
            f"the training diverged: a learning rate of {recipe.learning_rate:g} is too high"
        )
    log.info("took epoch %d of %d", curves.best_epoch, curves.epochs)
    return Fitted(model, curves)


def _balanced(targets: np.ndarray) -> dict[int, float]:
    """Weights of the labels that make each count the same, 1 on average over the examples."""
    labels = np.unique(targets)
    weights = compute_class_weight("balanced", classes=labels, y=targets)
    return dict(zip(labels.tolist(), weights.tolist(), strict=True))


class _Told(keras.callbacks.Callback):
    """A line an epoch, those with a better validation loss than any before it marked."""

    def __init__(self, epochs: int):
        super().__init__()
        self._epochs = epochs
        self._least = float("inf")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        at = logs or {}
        better = at["val_loss"] < self._least
        self._least = min(self._least, at["val_loss"])
        log.info(
            "epoch %3d/%d: loss %.4f, accuracy %.4f; validation loss %.4f, accuracy %.4f%s",
            epoch + 1,
            self._epochs,
            at["loss"],
            at["accuracy"],
            at["val_loss"],
            at["val_accuracy"],
            " *" if better else "",
        )

"""Fitting one head with Keras."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import keras
import numpy as np
from sklearn.utils.class_weight import compute_class_weight

from ..errors import ModelsError
from ..heads.keras_model import head_model
from .recipe import Recipe
from .training_data import Examples

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LearningCurves:
    """Loss (natural logarithm) and accuracy after each epoch, in training and validation."""

    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    validation_loss: tuple[float, ...]
    validation_accuracy: tuple[float, ...]

    @classmethod
    def of(cls, history: dict[str, list[float]]) -> LearningCurves:
        """From Keras's `History`."""
        return cls(
            loss=tuple(history["loss"]),
            accuracy=tuple(history["accuracy"]),
            validation_loss=tuple(history["val_loss"]),
            validation_accuracy=tuple(history["val_accuracy"]),
        )

    @property
    def epochs(self) -> int:
        return len(self.loss)

    @property
    def best_epoch(self) -> int:
        """The epoch whose weights were kept, counted from 1."""
        return int(np.argmin(self.validation_loss)) + 1


@dataclass(frozen=True, eq=False)
class FitResult:
    """A trained head and its learning curves."""

    model: keras.Model
    curves: LearningCurves


def fit(classes: int, train: Examples, validation: Examples, recipe: Recipe) -> FitResult:
    """Trains a head; its weights are those of the epoch with the lowest validation loss."""
    keras.utils.set_random_seed(recipe.seed)
    model = head_model(classes, recipe.architecture)
    model.compile(
        optimizer=keras.optimizers.Adam(recipe.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    early_stopping = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=recipe.patience, restore_best_weights=True
    )
    model.fit(
        train.features,
        train.targets,
        validation_data=(validation.features, validation.targets),
        batch_size=recipe.batch,
        epochs=recipe.epochs,
        class_weight=_balanced(train.targets) if recipe.class_weights else None,
        callbacks=[early_stopping, _EpochLogger(recipe.epochs)],
        verbose=0,
    )
    curves = LearningCurves.of(model.history.history)
    if not np.isfinite(curves.validation_loss).all():
        raise ModelsError(
            f"the training diverged: a learning rate of {recipe.learning_rate:g} is too high"
        )
    log.info("kept the weights of epoch %d of %d", curves.best_epoch, curves.epochs)
    if curves.best_epoch == recipe.epochs:
        log.warning("the last epoch was the best: with more --epochs the head may be better")
    return FitResult(model, curves)


def _balanced(targets: np.ndarray) -> dict[int, float]:
    """scikit-learn's balanced class weights: each label counts the same."""
    labels = np.unique(targets)
    weights = compute_class_weight("balanced", classes=labels, y=targets)
    return dict(zip(labels.tolist(), weights.tolist(), strict=True))


class _EpochLogger(keras.callbacks.Callback):
    """Logs a line per epoch; a `*` marks the lowest validation loss so far."""

    def __init__(self, epochs: int):
        super().__init__()
        self._epochs = epochs
        self._best_loss = float("inf")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        metrics = logs or {}
        is_best = metrics["val_loss"] < self._best_loss
        self._best_loss = min(self._best_loss, metrics["val_loss"])
        log.info(
            "epoch %3d/%d: loss %.4f, accuracy %.4f; validation loss %.4f, accuracy %.4f%s",
            epoch + 1,
            self._epochs,
            metrics["loss"],
            metrics["accuracy"],
            metrics["val_loss"],
            metrics["val_accuracy"],
            " *" if is_best else "",
        )

"""Fitting one head with Keras."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from sklearn.utils.class_weight import compute_class_weight

from ..data.photos import Photo
from ..errors import ModelsError
from ..evaluation.multi_label import MultiLabelPredictions, choose_thresholds, predictions_of
from ..evaluation.predictions import Predictions
from ..heads.keras_model import head_model, logits
from .recipe import Recipe
from .temperature import fit_temperature, scores
from .training_data import Examples, TrainingData

MONITORED = "val_log_loss"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LearningCurves:
    """Log loss and accuracy after each epoch, in training and validation.

    Where a photo may have any number of labels, their means over the labels.
    """

    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    validation_loss: tuple[float, ...]
    validation_accuracy: tuple[float, ...]

    @classmethod
    def of(cls, history: dict[str, list[float]]) -> LearningCurves:
        """From Keras's `History`."""
        return cls(
            loss=tuple(history["log_loss"]),
            accuracy=tuple(history["accuracy"]),
            validation_loss=tuple(history["val_log_loss"]),
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
    """Without the temperature."""
    curves: LearningCurves
    temperature: float
    """What the logits are divided by; 1 where none was fitted."""
    thresholds: np.ndarray | None
    """[labels], from which score each label is predicted, where a photo may have any number of
    labels; else None."""

    def scores(self, maps: np.ndarray, *, calibrated: bool = True) -> np.ndarray:
        """Of maps [n,5,5,512], by Keras; divided by the temperature, unless not `calibrated`."""
        if not calibrated or self.temperature == 1:
            return np.asarray(self.model(maps, training=False))
        multi_label = self.thresholds is not None
        return scores(logits(self.model, maps), self.temperature, multi_label=multi_label)

    def predictions(
        self, data: TrainingData, photos: Sequence[Photo], scores: np.ndarray
    ) -> Predictions | MultiLabelPredictions:
        """With scores [n,labels] of the photos."""
        return predictions_of(photos, data.labels, scores, self.thresholds)


def fit(train: Examples, validation: Examples, recipe: Recipe) -> FitResult:
    """Trains a head; its weights are those of the epoch with the lowest validation loss."""
    keras.utils.set_random_seed(recipe.seed)
    if recipe.architecture.pool == "gap":
        train, validation = train.pooled(), validation.pooled()
    multi_label = train.multi_label
    classes = train.targets.shape[1]
    model = head_model(classes, recipe.architecture, multi_label=multi_label, l2=recipe.l2)
    steps = -(-len(train.targets) // recipe.batch)
    model.compile(
        optimizer=keras.optimizers.Adam(_learning_rate(recipe, steps)),
        loss=_loss(multi_label, recipe.label_smoothing),
        metrics=_metrics(multi_label),
    )
    early_stopping = keras.callbacks.EarlyStopping(
        monitor=MONITORED, mode="min", patience=recipe.patience, restore_best_weights=True
    )
    callbacks = [early_stopping, _EpochLogger(recipe.epochs)]
    if recipe.schedule == "plateau":
        patience = max(1, recipe.patience // 2)
        callbacks.append(
            keras.callbacks.ReduceLROnPlateau(
                monitor=MONITORED, mode="min", factor=0.5, patience=patience
            )
        )
    model.fit(
        train.features,
        train.targets,
        validation_data=(validation.features, validation.targets),
        batch_size=recipe.batch,
        epochs=recipe.epochs,
        class_weight=_balanced(train) if recipe.class_weights else None,
        callbacks=callbacks,
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
    values = logits(model, validation.features)
    temperature = _temperature(values, validation, recipe)
    thresholds = None
    if multi_label:
        calibrated = scores(values, temperature, multi_label=True)
        thresholds = choose_thresholds(calibrated, validation.targets)
    return FitResult(model, curves, temperature, thresholds)


def _temperature(values: np.ndarray, validation: Examples, recipe: Recipe) -> float:
    if not recipe.temperature:
        return 1.0
    temperature = fit_temperature(values, validation.targets, multi_label=validation.multi_label)
    log.info("temperature %.4f, fitted on %d validation photos", temperature, len(values))
    return temperature


def _learning_rate(recipe: Recipe, steps: int) -> float | keras.optimizers.schedules.CosineDecay:
    if recipe.schedule != "cosine":
        return recipe.learning_rate
    return keras.optimizers.schedules.CosineDecay(recipe.learning_rate, recipe.epochs * steps)


def _loss(multi_label: bool, smoothing: float) -> keras.losses.Loss:
    if multi_label:
        return keras.losses.BinaryCrossentropy(label_smoothing=smoothing)
    return keras.losses.CategoricalCrossentropy(label_smoothing=smoothing)


def _metrics(multi_label: bool) -> list[keras.metrics.Metric]:
    """Accuracy, and the loss without smoothing and penalty, which recipes are compared by."""
    if multi_label:
        return [
            keras.metrics.BinaryAccuracy(name="accuracy"),
            keras.metrics.BinaryCrossentropy(name="log_loss"),
        ]
    return [
        keras.metrics.CategoricalAccuracy(name="accuracy"),
        keras.metrics.CategoricalCrossentropy(name="log_loss"),
    ]


def _balanced(train: Examples) -> dict[int, float]:
    """scikit-learn's balanced class weights: each label counts the same."""
    if train.multi_label:
        raise ModelsError("--class-weights needs photos of one label each")
    targets = train.targets.argmax(axis=1)
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
        is_best = metrics[MONITORED] < self._best_loss
        self._best_loss = min(self._best_loss, metrics[MONITORED])
        log.info(
            "epoch %3d/%d: loss %.4f, accuracy %.4f; validation loss %.4f, accuracy %.4f%s",
            epoch + 1,
            self._epochs,
            metrics["log_loss"],
            metrics["accuracy"],
            metrics[MONITORED],
            metrics["val_accuracy"],
            " *" if is_best else "",
        )

"""Predictions of a head for photos that have any number of labels, and their metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn import metrics

from ..data.photos import Photo
from .predictions import (
    Accuracy,
    CalibrationBin,
    LabelMetrics,
    Predictions,
    calibration_bins,
    encode_labels,
)

MIN_POSITIVES = 5
"""With fewer photos of a label no threshold is chosen for it."""

DEFAULT_THRESHOLD = 0.5


@dataclass(frozen=True, eq=False)
class MultiLabelPredictions:
    """Scores [n,labels] of photos and their targets [n,labels], 1 for the labels of a photo; the
    labels from whose thresholds [labels] on a score is, are predicted."""

    photos: tuple[Photo, ...]
    labels: tuple[str, ...]
    targets: np.ndarray
    scores: np.ndarray
    thresholds: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        """Whether each label is predicted, [n,labels]."""
        return self.scores >= self.thresholds

    @property
    def correct(self) -> np.ndarray:
        """Whether exactly the labels of the photo are predicted, [n]."""
        return (self.predicted == (self.targets > 0)).all(axis=1)

    @property
    def accuracy(self) -> Accuracy:
        """Photos of which exactly the labels are predicted."""
        return Accuracy(int(self.correct.sum()), len(self.correct))

    @property
    def log_loss(self) -> float:
        """The mean of the `losses`."""
        return float(self.losses.mean())

    @property
    def losses(self) -> np.ndarray:
        """Of each photo the mean over the labels of the negative natural logarithm of the score, or
        of 1 less the score where the photo does not have the label, [n]."""
        scores = self.scores.astype(np.float64)
        right = np.where(self.targets > 0, scores, 1 - scores)
        return -np.log(np.maximum(right, 1e-7)).mean(axis=1)

    def calibration(self, bins: int = 15) -> tuple[CalibrationBin, ...]:
        """Bins of equal width over the scores of all labels: how often the label is right."""
        return calibration_bins(self.scores.ravel(), self.targets.ravel() > 0, bins)

    @property
    def calibration_error(self) -> float:
        """|frequency - score| of the bins, weighted by their number of scores."""
        gaps = [each.count * abs(each.accuracy - each.confidence) for each in self.calibration()]
        return sum(gaps) / self.scores.size

    def label_metrics(self) -> tuple[LabelMetrics, ...]:
        columns = metrics.precision_recall_fscore_support(
            self.targets.astype(int), self.predicted.astype(int), average=None, zero_division=0
        )
        return tuple(
            LabelMetrics(label, float(precision), float(recall), float(f1), int(count))
            for label, precision, recall, f1, count in zip(self.labels, *columns, strict=True)
        )

    def average_precision(self) -> tuple[float | None, ...]:
        """Of each label, whatever the threshold; None where no photo has it."""
        return tuple(
            float(metrics.average_precision_score(targets > 0, scores)) if targets.any() else None
            for targets, scores in zip(self.targets.T, self.scores.T, strict=True)
        )

    @property
    def f1(self) -> float:
        """Of all decisions together (micro average)."""
        return float(
            metrics.f1_score(
                self.targets.astype(int),
                self.predicted.astype(int),
                average="micro",
                zero_division=0,
            )
        )

    def predicted_labels(self, at: int) -> tuple[tuple[str, float], ...]:
        """The predicted labels of one photo, with their scores."""
        rows = zip(self.labels, self.scores[at], self.predicted[at], strict=True)
        return tuple((label, float(score)) for label, score, predicted in rows if predicted)


def choose_thresholds(scores: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The threshold of the highest F1 of each label, [labels], for scores and targets [n,labels].

    It lies in the middle between two scores. A label of fewer than MIN_POSITIVES photos, or of
    nearly all, has DEFAULT_THRESHOLD.
    """
    pairs = zip(scores.T.astype(np.float64), targets.T > 0, strict=True)
    return np.array([_threshold(column, has) for column, has in pairs])


def _threshold(scores: np.ndarray, targets: np.ndarray) -> float:
    positives = int(targets.sum())
    if min(positives, len(targets) - positives) < MIN_POSITIVES:
        return DEFAULT_THRESHOLD
    precision, recall, at = metrics.precision_recall_curve(targets, scores)
    total = np.maximum(precision[:-1] + recall[:-1], 1e-12)
    best = int(np.argmax(2 * precision[:-1] * recall[:-1] / total))
    below = at[best - 1] if best else 0.0
    return round(float((below + at[best]) / 2), 4)


def predictions_of(
    photos: Sequence[Photo],
    labels: tuple[str, ...],
    scores: np.ndarray,
    thresholds: np.ndarray | None,
) -> Predictions | MultiLabelPredictions:
    """With scores [n,labels] of the photos; `thresholds` [labels] where these may have any number
    of labels."""
    photos = tuple(photos)
    if thresholds is None:
        return Predictions(photos, labels, encode_labels(photos, labels), scores)
    return MultiLabelPredictions(photos, labels, label_sets(photos, labels), scores, thresholds)


def label_sets(photos: Sequence[Photo], labels: Sequence[str]) -> np.ndarray:
    """1 for each label that a photo has, else 0: [n,labels] float32."""
    index = {label: at for at, label in enumerate(labels)}
    targets = np.zeros((len(photos), len(labels)), np.float32)
    for row, photo in zip(targets, photos, strict=True):
        row[[index[label] for label in photo.labels]] = 1
    return targets

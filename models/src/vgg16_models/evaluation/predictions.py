"""What a head says of labelled photos, and how right it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn import metrics

from ..data.photos import Photo


@dataclass(frozen=True)
class Accuracy:
    """How many photos were labelled right."""

    correct: int
    count: int

    @property
    def share(self) -> float:
        return self.correct / self.count

    @property
    def standard_error(self) -> float:
        """How far the share is likely off, as the photos are but so many."""
        return math.sqrt(self.share * (1 - self.share) / self.count)

    def __str__(self) -> str:
        return f"{self.share:.4f} ({self.correct} of {self.count})"


@dataclass(frozen=True)
class LabelFigures:
    """Precision, recall and F1 of one label; `count` photos carry it."""

    label: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class Bin:
    """Of the photos whose highest score lies in (low, high]: how many, their mean score, and the
    share that is labelled right; both 0 where there is none."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class Predictions:
    """Scores [n,labels] of photos, and the index of each one's true label [n]."""

    photos: tuple[Photo, ...]
    labels: tuple[str, ...]
    targets: np.ndarray
    scores: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        """The index of the label with the highest score [n]."""
        return self.scores.argmax(axis=1)

    @property
    def right(self) -> np.ndarray:
        """Whether that is the true one [n]."""
        return self.predicted == self.targets

    @property
    def accuracy(self) -> Accuracy:
        return Accuracy(int(self.right.sum()), len(self.right))

    @property
    def log_loss(self) -> float:
        """Mean negative natural logarithm of the true label's score."""
        # In float64 the scores are not quite 1 together, which scikit-learn would remark on.
        scores = self.scores.astype(np.float64)
        scores /= scores.sum(axis=1, keepdims=True)
        return float(metrics.log_loss(self.targets, scores, labels=range(len(self.labels))))

    @property
    def confusion(self) -> np.ndarray:
        """[labels,labels] counts: row the true label, column the predicted one."""
        return metrics.confusion_matrix(
            self.targets, self.predicted, labels=range(len(self.labels))
        )

    def calibration(self, bins: int = 15) -> tuple[Bin, ...]:
        """By the highest score, in bins of equal width (Guo et al., 2017, arXiv:1706.04599)."""
        confidence = self.scores.max(axis=1)
        edges = np.linspace(0, 1, bins + 1)
        at = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
        return tuple(
            Bin(
                float(edges[number]),
                float(edges[number + 1]),
                int((at == number).sum()),
                float(confidence[at == number].mean()) if (at == number).any() else 0.0,
                float(self.right[at == number].mean()) if (at == number).any() else 0.0,
            )
            for number in range(bins)
        )

    @property
    def calibration_error(self) -> float:
        """Expected calibration error: the mean over photos of |accuracy - confidence| of their
        bins."""
        gaps = [b.count * abs(b.accuracy - b.confidence) for b in self.calibration()]
        return sum(gaps) / len(self.scores)

    def by_label(self) -> tuple[LabelFigures, ...]:
        figures = metrics.precision_recall_fscore_support(
            self.targets, self.predicted, labels=range(len(self.labels)), zero_division=0
        )
        return tuple(
            LabelFigures(label, float(precision), float(recall), float(f1), int(count))
            for label, precision, recall, f1, count in zip(self.labels, *figures, strict=True)
        )


def targets_of(photos: Sequence[Photo], labels: Sequence[str]) -> np.ndarray:
    """The index of each photo's label [n]."""
    index = {label: at for at, label in enumerate(labels)}
    return np.array([index[photo.label] for photo in photos])

"""Predictions of a head for labelled photos, and their metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest
from sklearn import metrics

from ..data.photos import Photo


@dataclass(frozen=True)
class Accuracy:
    """The number of photos whose label was predicted correctly."""

    correct: int
    count: int

    @property
    def fraction(self) -> float:
        return self.correct / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95% interval of the fraction: it has a width also where all are correct."""
        return wilson_interval(self.correct, self.count)

    def sentence(self, photos: str) -> str:
        """For the subtitle of a report; `photos` says which they are."""
        low, high = self.interval
        return (
            f"{self.correct} of {self.count} {photos} classified correctly: {self.fraction:.1%}, "
            f"95% interval {low:.1%} to {high:.1%}"
        )

    def __str__(self) -> str:
        return f"{self.fraction:.4f} ({self.correct} of {self.count})"


def wilson_interval(successes: int, count: int) -> tuple[float, float]:
    """The 95% interval of a proportion (Wilson, 1927, doi:10.1080/01621459.1927.10502953)."""
    low, high = binomtest(successes, count).proportion_ci(method="wilson")
    return float(low), float(high)


@dataclass(frozen=True)
class Confusion:
    """So many photos of one label were given another one."""

    label: str
    predicted: str
    count: int


@dataclass(frozen=True)
class LabelMetrics:
    """Precision, recall and F1 of one label; `count` photos have it."""

    label: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class CalibrationBin:
    """The photos whose highest score is in (low, high]: their number, mean highest score, and
    accuracy; both 0 for an empty bin."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class Predictions:
    """Scores [n,labels] of photos, and the index of the true label of each, [n]."""

    photos: tuple[Photo, ...]
    labels: tuple[str, ...]
    targets: np.ndarray
    scores: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        """The index of the label with the highest score, [n]."""
        return self.scores.argmax(axis=1)

    @property
    def correct(self) -> np.ndarray:
        """Whether that is the true label, [n]."""
        return self.predicted == self.targets

    def predicted_labels(self, at: int) -> tuple[tuple[str, float], ...]:
        """The predicted label of one photo, with its score."""
        label = self.predicted[at]
        return ((self.labels[label], float(self.scores[at, label])),)

    @property
    def accuracy(self) -> Accuracy:
        return Accuracy(int(self.correct.sum()), len(self.correct))

    @property
    def log_loss(self) -> float:
        """The mean of the `losses`."""
        return float(self.losses.mean())

    @property
    def losses(self) -> np.ndarray:
        """Negative natural logarithm of each true label's score, [n]."""
        scores = self.scores.astype(np.float64)
        scores /= scores.sum(axis=1, keepdims=True)
        true = scores[np.arange(len(scores)), self.targets]
        return -np.log(np.maximum(true, np.finfo(np.float32).tiny))

    @property
    def confusion(self) -> np.ndarray:
        """[labels,labels] counts: row the true label, column the predicted one."""
        return metrics.confusion_matrix(
            self.targets, self.predicted, labels=range(len(self.labels))
        )

    def confusions(self) -> tuple[Confusion, ...]:
        """The pairs of labels that were confused, the most frequent first."""
        wrong = np.flatnonzero(~self.correct)
        pairs = Counter(zip(self.targets[wrong], self.predicted[wrong], strict=True))
        ordered = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(
            Confusion(self.labels[true], self.labels[predicted], count)
            for (true, predicted), count in ordered
        )

    def calibration(self, bins: int = 15) -> tuple[CalibrationBin, ...]:
        """Bins of equal width over the highest score (Guo et al., 2017, arXiv:1706.04599)."""
        return calibration_bins(self.scores.max(axis=1), self.correct, bins)

    @property
    def calibration_error(self) -> float:
        """The expected calibration error: |accuracy - confidence| of the bins, weighted by their
        number of photos."""
        gaps = [b.count * abs(b.accuracy - b.confidence) for b in self.calibration()]
        return sum(gaps) / len(self.scores)

    def label_metrics(self) -> tuple[LabelMetrics, ...]:
        columns = metrics.precision_recall_fscore_support(
            self.targets, self.predicted, labels=range(len(self.labels)), zero_division=0
        )
        return tuple(
            LabelMetrics(label, float(precision), float(recall), float(f1), int(count))
            for label, precision, recall, f1, count in zip(self.labels, *columns, strict=True)
        )


def calibration_bins(
    confidence: np.ndarray, correct: np.ndarray, bins: int
) -> tuple[CalibrationBin, ...]:
    """Of equal width, for scores [n] and whether each prediction was right, [n]."""
    edges = np.linspace(0, 1, bins + 1)
    at = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    return tuple(
        _bin(float(edges[number]), float(edges[number + 1]), confidence, correct, at == number)
        for number in range(bins)
    )


def _bin(
    low: float, high: float, confidence: np.ndarray, correct: np.ndarray, inside: np.ndarray
) -> CalibrationBin:
    if not inside.any():
        return CalibrationBin(low, high, 0, 0.0, 0.0)
    return CalibrationBin(
        low,
        high,
        int(inside.sum()),
        float(confidence[inside].mean()),
        float(correct[inside].mean()),
    )


def encode_labels(photos: Sequence[Photo], labels: Sequence[str]) -> np.ndarray:
    """The index of each photo's label, [n]."""
    index = {label: at for at, label in enumerate(labels)}
    return np.array([index[photo.label] for photo in photos])

"""What is gained by giving no answer below a score, and what is lost."""

from __future__ import annotations

from dataclasses import dataclass

from .predictions import Accuracy, Predictions

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)


@dataclass(frozen=True)
class ThresholdRow:
    """Of the photos whose predicted label scores `threshold` or more."""

    threshold: float
    answered: Accuracy | None
    """None where there is no such photo."""
    count: int
    """Of all photos."""

    @property
    def coverage(self) -> float:
        """The part of the photos that get an answer."""
        return self.answered.count / self.count if self.answered else 0.0


def threshold_table(predictions: Predictions) -> tuple[ThresholdRow, ...]:
    confidence = predictions.scores.max(axis=1)
    rows = []
    for threshold in (0.0, *THRESHOLDS):
        correct = predictions.correct[confidence >= threshold]
        answered = Accuracy(int(correct.sum()), len(correct)) if len(correct) else None
        rows.append(ThresholdRow(threshold, answered, len(confidence)))
    return tuple(rows)

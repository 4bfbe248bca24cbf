"""How well the score of one label tells its photos from the others: ROC and precision-recall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn import metrics

from .predictions import Predictions


@dataclass(frozen=True, eq=False)
class LabelCurves:
    """Of one label against all others, by its score."""

    label: str
    roc_auc: float
    average_precision: float
    false_positive_rate: np.ndarray
    true_positive_rate: np.ndarray
    recall: np.ndarray
    precision: np.ndarray


def label_curves(predictions: Predictions) -> tuple[LabelCurves, ...]:
    """Of the labels that some photos have and some have not."""
    curves = []
    for index, label in enumerate(predictions.labels):
        positive = predictions.targets == index
        if positive.any() and not positive.all():
            curves.append(_curves(label, positive, predictions.scores[:, index]))
    return tuple(curves)


def _curves(label: str, positive: np.ndarray, scores: np.ndarray) -> LabelCurves:
    false, true, _ = metrics.roc_curve(positive, scores)
    precision, recall, _ = metrics.precision_recall_curve(positive, scores)
    return LabelCurves(
        label,
        float(metrics.auc(false, true)),
        float(metrics.average_precision_score(positive, scores)),
        false,
        true,
        recall,
        precision,
    )

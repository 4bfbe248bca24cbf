"""Whether a trained head may take the place of the version that serves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import binomtest, wilcoxon

from ..errors import ModelsError
from ..evaluation.multi_label import MultiLabelPredictions, label_sets, predictions_of
from ..evaluation.predictions import Predictions
from ..graph.session import create_session
from ..heads.manifest import HeadManifest
from ..heads.onnx_export import INPUT, OUTPUT
from .train import TrainingResult

SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class Gate:
    """What a head must reach on its test photos, besides being better than a constant answer."""

    min_accuracy: float | None = None
    """From 0 to 1; None: the accuracy of the version that serves, on the same photos."""

    def __post_init__(self) -> None:
        if self.min_accuracy is not None and not 0 <= self.min_accuracy <= 1:
            raise ModelsError(f"the accuracy must be from 0 to 1, not {self.min_accuracy:g}")

    def objection(self, result: TrainingResult, serving: Path | None) -> str | None:
        """Why the head must not serve, if so; `serving` is the folder of the version that does."""
        test = next(iter(result.test.values()))
        if reason := _no_better_than_a_constant(result, test):
            return reason
        if self.min_accuracy is None:
            return _worse_than(serving, result, test) if serving else None
        if test.accuracy.fraction < self.min_accuracy:
            return f"its test accuracy, {test.accuracy}, is below {self.min_accuracy:g}"
        return None


def _no_better_than_a_constant(
    result: TrainingResult, test: Predictions | MultiLabelPredictions
) -> str | None:
    if isinstance(test, MultiLabelPredictions):
        return _no_better_than_frequencies(result, test)
    return _no_better_than_the_commonest(test)


def _no_better_than_frequencies(result: TrainingResult, test: MultiLabelPredictions) -> str | None:
    """The frequencies of the labels among the training photos, as scores of every photo. By a
    one-sided Wilcoxon signed-rank test of the photos' losses; where the photos are too few for any
    head to pass it, the log loss need only be lower."""
    frequencies = label_sets(result.split.train, test.labels).mean(axis=0)
    constant = replace(test, scores=np.broadcast_to(frequencies, test.scores.shape))
    own = f"its log loss on the test photos, {test.log_loss:.4f},"
    frequent = f"that of the labels' frequencies, {constant.log_loss:.4f}"
    if test.log_loss >= constant.log_loss:
        return f"{own} is no better than {frequent}"
    if 0.5 ** len(test.photos) >= SIGNIFICANCE:
        return None
    p = wilcoxon(test.losses, constant.losses, alternative="less").pvalue
    return None if p < SIGNIFICANCE else _insignificant(own, frequent, p)


def _no_better_than_the_commonest(test: Predictions) -> str | None:
    """By a one-sided binomial test; where the photos are too few for any head to pass it, the
    accuracy need only be higher."""
    counts = Counter(photo.label for photo in test.photos)
    ((label, commonest),) = counts.most_common(1)
    correct, count = test.accuracy.correct, test.accuracy.count
    own = f"its test accuracy, {test.accuracy},"
    constant = f"that of always answering {label}, {commonest / count:.4f}"
    if correct <= commonest:
        return f"{own} is no better than {constant}"

    def p_value(number: int) -> float:
        return binomtest(number, count, commonest / count, alternative="greater").pvalue

    if p_value(count) >= SIGNIFICANCE or p_value(correct) < SIGNIFICANCE:
        return None
    return _insignificant(own, constant, p_value(correct))


def _insignificant(own: str, constant: str, p: float) -> str:
    return (
        f"{own} is not significantly better than {constant} (p = {p:.3f}, not below"
        f" {SIGNIFICANCE:g}): more test photos would show whether it is"
    )


def _worse_than(
    serving: Path, result: TrainingResult, test: Predictions | MultiLabelPredictions
) -> str | None:
    other = HeadManifest.read_raw(serving)
    name = f"{serving.parent.name}@{serving.name}"
    if other.get("backbone") != result.manifest.backbone:
        return f"it can't be compared with {name}, which is of backbone {other.get('backbone')}"
    labels = other.get("labels", [])
    if set(labels) != set(test.labels):
        return f"it can't be compared with {name}, which has other labels"
    if (other.get("thresholds") is None) != (result.manifest.thresholds is None):
        return f"it can't be compared with {name}: one of them gives each image one label"
    predictions = _predictions(serving, other, result, test)
    if isinstance(test, MultiLabelPredictions):
        if test.log_loss <= predictions.log_loss:
            return None
        return (
            f"its log loss on the test photos, {test.log_loss:.4f}, is above that of {name},"
            f" {predictions.log_loss:.4f}"
        )
    theirs = predictions.accuracy
    if test.accuracy.correct < theirs.correct:
        return (
            f"its test accuracy, {test.accuracy}, is below that of {name} on the same photos, "
            f"{theirs}"
        )
    return None


def _predictions(
    folder: Path,
    manifest: Mapping[str, Any],
    result: TrainingResult,
    test: Predictions | MultiLabelPredictions,
) -> Predictions | MultiLabelPredictions:
    """Those of another head for the same photos."""
    file = folder / str(manifest.get("file"))
    maps = np.stack([result.data.maps[photo] for photo in test.photos])
    try:
        (scores,) = create_session(file).run([OUTPUT], {INPUT.name: maps})
    except Exception as error:  # those of ONNX Runtime have no common base class
        raise ModelsError(f"{file} can't be run: {error}") from error
    order = [manifest["labels"].index(label) for label in test.labels]
    thresholds = manifest.get("thresholds")
    if thresholds is not None:
        thresholds = np.array(thresholds)[order]
    return predictions_of(test.photos, test.labels, scores[:, order], thresholds)

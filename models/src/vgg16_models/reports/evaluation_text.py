"""What an evaluation prints in the terminal: short, however many labels there are."""

from __future__ import annotations

from collections.abc import Iterator

from ..evaluation.evaluate import Evaluation
from ..evaluation.predictions import LabelMetrics, Predictions
from ..printable import printable
from .evaluation_report import worst_first

MAX_LABELS = 20
MAX_MATRIX = 10
MAX_WIDTH = 40


def evaluation_text(evaluation: Evaluation) -> str:
    predictions = evaluation.predictions
    low, high = predictions.accuracy.interval
    lines = [
        f"{evaluation}, {evaluation.part} photos",
        f"accuracy           {predictions.accuracy}, 95% interval {low:.4f} to {high:.4f}",
        f"log loss           {predictions.log_loss:.4f}",
        f"calibration error  {predictions.calibration_error:.4f}",
    ]
    if evaluation.novelty is not None:
        lines.append(f"novel photos       {evaluation.novelty.novel.mean():.1%}")
    confusions = _matrix if len(predictions.labels) <= MAX_MATRIX else _pairs
    return "\n".join([*lines, "", *_labels(predictions), "", *confusions(predictions)])


def _labels(predictions: Predictions) -> Iterator[str]:
    labels = list(predictions.label_metrics())
    more = len(labels) - MAX_LABELS
    if more > 0:
        labels = worst_first(labels)[:MAX_LABELS]
    width = _width("label", *(each.label for each in labels))
    yield f"{'label':{width}}  precision  recall      F1  photos"
    yield from (_label_row(each, width) for each in labels)
    if more > 0:
        yield f"the worst {MAX_LABELS}; {more:,} more are in the report"


def _label_row(metrics: LabelMetrics, width: int) -> str:
    return (
        f"{_short(metrics.label):{width}}  {metrics.precision:9.4f}  {metrics.recall:6.4f}  "
        f"{metrics.f1:6.4f}  {metrics.count:6}"
    )


def _matrix(predictions: Predictions) -> Iterator[str]:
    labels = [_short(label) for label in predictions.labels]
    width = _width("true, predicted:", *labels)
    yield f"{'true, predicted:':{width}}  " + "  ".join(f"{label:>6}" for label in labels)
    for label, row in zip(labels, predictions.confusion, strict=True):
        counts = (f"{n:{max(6, len(name))}}" for n, name in zip(row, labels, strict=True))
        yield f"{label:{width}}  " + "  ".join(counts)


def _pairs(predictions: Predictions) -> Iterator[str]:
    pairs = predictions.confusions()[:MAX_LABELS]
    width = _width("true", *(each.label for each in pairs))
    yield f"{'true':{width}}  photos  predicted"
    for each in pairs:
        yield f"{_short(each.label):{width}}  {each.count:6}  {_short(each.predicted)}"


def _width(*texts: str) -> int:
    return max(len(_short(text)) for text in texts)


def _short(label: str) -> str:
    label = printable(label)
    return label if len(label) <= MAX_WIDTH else label[: MAX_WIDTH - 1] + "…"

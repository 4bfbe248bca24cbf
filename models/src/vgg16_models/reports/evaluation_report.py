"""The report of an evaluation: an HTML page, its figures as JSON, each photo's prediction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from ..evaluation.curves import LabelCurves, label_curves
from ..evaluation.evaluate import Evaluation
from ..evaluation.predictions import LabelMetrics, Predictions, wilson_interval
from ..evaluation.thresholds import threshold_table
from ..files import write_atomically
from ..printable import printable
from . import charts
from .html_page import PAGE, Card, Figure, Matrix, Section, Table, render
from .photo_cards import prediction_card
from .prediction_files import prediction_files

MAX_MATRIX = 20
"""Labels of a confusion matrix; of more, the pairs that are confused most are listed."""

MAX_CONFUSIONS = 100
MAX_CURVES = 10
MAX_CARDS = 40


def write_evaluation_report(evaluation: Evaluation, folder: Path, *, parquet: bool = False) -> Path:
    """Writes `index.html`, PNGs, `evaluation.json`, `predictions.csv` and `.jsonl`; returns the
    page's path."""
    curves = label_curves(evaluation.predictions)
    reliability = Figure(
        charts.reliability_diagram(evaluation.predictions),
        "Accuracy by the score of the predicted label; above each bar the number of photos.",
    )
    separation = Figure(
        charts.label_separation(curves[:MAX_CURVES]), "One line a label, against all others."
    )
    files = {
        "reliability.png": reliability.png,
        "curves.png": separation.png,
        "evaluation.json": json.dumps(_json(evaluation, curves), indent=2).encode(),
        **prediction_files(evaluation, parquet=parquet),
        PAGE: _page(evaluation, curves, reliability, separation).encode(),
    }
    for name, content in files.items():
        write_atomically(folder / name, content)
    return folder / PAGE


def _page(
    evaluation: Evaluation,
    curves: Sequence[LabelCurves],
    reliability: Figure,
    separation: Figure,
) -> str:
    predictions = evaluation.predictions
    separations = {each.label: each for each in curves}
    sections = [
        Section("Result", tables=(_result(evaluation), _by_label(predictions, separations))),
        _confusions(predictions),
        Section("Mistakes", _mistakes_text(predictions), cards=_mistakes(evaluation)),
        Section(
            "Scores and answers",
            "Of the photos whose predicted label scores at least so much: how many they are, and "
            "how many of them are right.",
            tables=(_thresholds(predictions),),
            figures=(reliability,),
        ),
    ]
    if curves:
        many = "" if len(curves) <= MAX_CURVES else f"The first {MAX_CURVES} labels. "
        text = many + "The area under each curve is in the table of labels."
        sections.append(Section("Separation", text, (_lines(curves[:MAX_CURVES]),), (separation,)))
    return render(str(evaluation), predictions.accuracy.sentence("photos"), sections)


def _result(evaluation: Evaluation) -> Table:
    predictions = evaluation.predictions
    low, high = predictions.accuracy.interval
    rows = [
        ("photos", f"{predictions.accuracy.count:,}, {evaluation.part}"),
        ("accuracy", f"{predictions.accuracy.fraction:.4f}"),
        ("95% interval", f"{low:.4f} to {high:.4f}"),
        ("log loss", f"{predictions.log_loss:.4f}"),
        ("expected calibration error", f"{predictions.calibration_error:.4f}"),
    ]
    if evaluation.novelty is not None:
        novel = evaluation.novelty.novel
        rows.append(("unlike the training photos", f"{novel.mean():.1%} ({int(novel.sum())})"))
    return Table([*rows, ("files skipped", len(evaluation.skipped))])


def worst_first(labels: Sequence[LabelMetrics]) -> list[LabelMetrics]:
    """By F1; labels without photos last."""
    return sorted(labels, key=lambda each: (not each.count, each.f1))


def _by_label(predictions: Predictions, curves: dict[str, LabelCurves]) -> Table:
    rows = []
    for each in worst_first(predictions.label_metrics()):
        curve = curves.get(each.label)
        low, high = wilson_interval(round(each.recall * each.count), max(each.count, 1))
        rows.append(
            (
                each.label,
                f"{each.precision:.3f}",
                f"{each.recall:.3f}",
                f"{low:.3f} to {high:.3f}" if each.count else "",
                f"{each.f1:.3f}",
                f"{curve.roc_auc:.4f}" if curve else "",
                f"{curve.average_precision:.4f}" if curve else "",
                each.count,
            )
        )
    header = ("label", "precision", "recall", "95% interval", "F1", "ROC area", "PR area", "photos")
    return Table(rows, header, sortable=True, caption="Labels, the worst F1 first")


def _confusions(predictions: Predictions) -> Section:
    pairs = predictions.confusions()
    table = Table(
        [(each.label, each.predicted, each.count) for each in pairs[:MAX_CONFUSIONS]],
        ("label", "predicted", "photos"),
        sortable=True,
    )
    if len(predictions.labels) > MAX_MATRIX:
        more = len(pairs) - MAX_CONFUSIONS
        text = "The pairs of labels that are confused most often."
        return Section(
            "Confusions", text + (f" {more:,} more are not listed." if more > 0 else ""), (table,)
        )
    matrix = Matrix.of(
        predictions.labels,
        predictions.confusion,
        "Number of photos: rows are their labels, columns the predicted ones.",
    )
    return Section("Confusions", matrix=matrix)


def _thresholds(predictions: Predictions) -> Table:
    rows = []
    for row in threshold_table(predictions):
        if row.answered is None:
            continue
        low, high = row.answered.interval
        rows.append(
            (
                f"{row.threshold:.2f}" if row.threshold else "any",
                f"{row.coverage:.1%}",
                f"{row.answered.fraction:.4f}",
                f"{low:.4f} to {high:.4f}",
                row.answered.count - row.answered.correct,
            )
        )
    return Table(rows, ("score at least", "photos", "accuracy", "95% interval", "mistakes"))


def _lines(curves: Sequence[LabelCurves]) -> Table:
    names = ("blue", "orange", "green", "red", "purple", "brown", "pink", "grey", "olive", "cyan")
    rows = [
        (name, each.label, f"{each.roc_auc:.4f}", f"{each.average_precision:.4f}")
        for name, each in zip(names, curves, strict=False)
    ]
    return Table(rows, ("line", "label", "ROC area", "PR area"))


def _mistakes_text(predictions: Predictions) -> str:
    count = int((~predictions.correct).sum())
    if not count:
        return "None."
    shown = "All" if count <= MAX_CARDS else f"{MAX_CARDS} of"
    return f"{shown} {count:,} misclassified photos, highest score first."


def _mistakes(evaluation: Evaluation) -> list[Card]:
    predictions = evaluation.predictions
    wrong = np.flatnonzero(~predictions.correct)
    order = wrong[np.argsort(-predictions.scores[wrong].max(axis=1), kind="stable")]
    return [_card(evaluation, at) for at in order[:MAX_CARDS]]


def _card(evaluation: Evaluation, at: int) -> Card:
    predictions, novelty = evaluation.predictions, evaluation.novelty
    predicted = predictions.predicted[at]
    score = charts.score_text(predictions.scores[at, predicted])
    lines = [f"{predictions.labels[predicted]} {score}", f"is {predictions.photos[at].label}"]
    if novelty is not None and novelty.novel[at]:
        lines.append(f"unlike the training: {novelty.distances[at]:.2f}")
    return prediction_card(predictions.photos[at], *lines, correct=bool(predictions.correct[at]))


def _json(evaluation: Evaluation, curves: Sequence[LabelCurves]) -> dict[str, object]:
    predictions = evaluation.predictions
    few = len(predictions.labels) <= MAX_MATRIX
    novelty = evaluation.novelty
    return {
        "head": evaluation.head,
        "version": evaluation.version,
        "part": evaluation.part,
        "photos": predictions.accuracy.count,
        "accuracy": predictions.accuracy.fraction,
        "accuracy_interval": predictions.accuracy.interval,
        "log_loss": predictions.log_loss,
        "calibration_error": predictions.calibration_error,
        "novel": None if novelty is None else float(novelty.novel.mean()),
        "labels": [asdict(each) for each in predictions.label_metrics()],
        "roc_auc": {each.label: each.roc_auc for each in curves},
        "average_precision": {each.label: each.average_precision for each in curves},
        "confusion": predictions.confusion.tolist() if few else None,
        "confusions": [asdict(each) for each in predictions.confusions()[:MAX_CONFUSIONS]],
        "calibration": [asdict(each) for each in predictions.calibration() if each.count],
        "thresholds": [
            {"threshold": row.threshold, "coverage": row.coverage, **asdict(row.answered)}
            for row in threshold_table(predictions)
            if row.answered
        ],
        "skipped": [{"file": printable(s.path), "reason": s.reason} for s in evaluation.skipped],
    }

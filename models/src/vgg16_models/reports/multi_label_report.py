"""The report of the evaluation of a head of several labels an image."""

from __future__ import annotations

import json
from pathlib import Path

from ..evaluation.evaluate import Evaluation
from ..evaluation.multi_label import MultiLabelPredictions
from ..files import write_atomically
from ..printable import printable
from . import charts
from .html_page import PAGE, Figure, Section, Table, render

HEADER = ("label", "threshold", "precision", "recall", "F1", "average precision", "photos")


def label_table(predictions: MultiLabelPredictions) -> Table:
    """A row a label; the average precision, whatever the threshold, is empty without photos."""
    rows = [
        (
            each["label"],
            f"{each['threshold']:.3f}",
            f"{each['precision']:.3f}",
            f"{each['recall']:.3f}",
            f"{each['f1']:.3f}",
            "" if each["average_precision"] is None else f"{each['average_precision']:.3f}",
            each["photos"],
        )
        for each in _labels(predictions)
    ]
    return Table(rows, HEADER)


def multi_label_text(evaluation: Evaluation) -> str:
    predictions = evaluation.predictions
    rows = [HEADER, *((printable(label), *row) for label, *row in label_table(predictions).rows)]
    widths = [max(len(str(row[at])) for row in rows) for at in range(len(HEADER))]
    return "\n".join(
        (
            f"{evaluation.head}@{evaluation.version}, {evaluation.part} photos",
            *(f"{name:25}{value}" for name, value in _metrics(predictions)),
            "",
            *("  ".join(str(c).ljust(w) for c, w in zip(r, widths, strict=True)) for r in rows),
        )
    )


def write_multi_label_report(evaluation: Evaluation, folder: Path) -> Path:
    """Writes `evaluation.json`, `reliability.png` and `index.html`; returns the path of that."""
    predictions = evaluation.predictions
    reliability = Figure(
        charts.reliability_diagram(predictions),
        "How often a label is right, by its score; above each bar the number of scores.",
    )
    sections = (
        Section("Result", tables=(Table(_metrics(predictions)), label_table(predictions))),
        Section("Calibration", figures=(reliability,)),
    )
    title = f"{evaluation.head}@{evaluation.version}"
    subtitle = predictions.accuracy.sentence("photos")
    files = {
        "reliability.png": reliability.png,
        "evaluation.json": json.dumps(_json(evaluation), indent=2).encode(),
        PAGE: render(title, subtitle, sections).encode(),
    }
    for name, content in files.items():
        write_atomically(folder / name, content)
    return folder / PAGE


def _metrics(predictions: MultiLabelPredictions) -> tuple[tuple[str, str], ...]:
    return (
        ("exactly the right labels", str(predictions.accuracy)),
        ("F1 of all decisions", f"{predictions.f1:.4f}"),
        ("log loss", f"{predictions.log_loss:.4f}"),
        ("calibration error", f"{predictions.calibration_error:.4f}"),
    )


def _labels(predictions: MultiLabelPredictions) -> list[dict[str, object]]:
    columns = zip(
        predictions.label_metrics(),
        predictions.thresholds,
        predictions.average_precision(),
        strict=True,
    )
    return [
        {
            "label": each.label,
            "threshold": float(threshold),
            "precision": each.precision,
            "recall": each.recall,
            "f1": each.f1,
            "average_precision": average_precision,
            "photos": each.count,
        }
        for each, threshold, average_precision in columns
    ]


def _json(evaluation: Evaluation) -> dict[str, object]:
    predictions = evaluation.predictions
    return {
        "head": evaluation.head,
        "version": evaluation.version,
        "part": evaluation.part,
        "photos": predictions.accuracy.count,
        "accuracy": predictions.accuracy.fraction,
        "f1": predictions.f1,
        "log_loss": predictions.log_loss,
        "calibration_error": predictions.calibration_error,
        "labels": _labels(predictions),
        "skipped": [{"file": printable(s.path), "reason": s.reason} for s in evaluation.skipped],
    }

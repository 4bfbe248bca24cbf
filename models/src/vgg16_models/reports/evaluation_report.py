"""The report of an evaluation: text for the terminal, `evaluation.json`, and an HTML page."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from ..evaluation.evaluate import Evaluation
from ..evaluation.predictions import LabelMetrics
from ..files import write_atomically
from ..printable import printable
from . import charts
from .html_page import PAGE, Figure, Section, Table, render


def evaluation_text(evaluation: Evaluation) -> str:
    predictions = evaluation.predictions
    labels = [printable(label) for label in predictions.labels]
    width = max(map(len, ("label", *labels)))
    return "\n".join(
        (
            f"{evaluation.head}@{evaluation.version}, {evaluation.part} photos",
            f"accuracy           {predictions.accuracy}, standard error "
            f"{predictions.accuracy.standard_error:.4f}",
            f"log loss           {predictions.log_loss:.4f}",
            f"calibration error  {predictions.calibration_error:.4f}",
            "",
            f"{'label':{width}}  precision  recall      F1  photos",
            *(_label_row(each, width) for each in predictions.label_metrics()),
            "",
            f"{'true, predicted:':{width}}  " + "  ".join(labels),
            *(
                f"{label:{width}}  "
                + "  ".join(f"{n:{len(name)}}" for n, name in zip(row, labels, strict=True))
                for label, row in zip(labels, predictions.confusion, strict=True)
            ),
        )
    )


def _label_row(metrics: LabelMetrics, width: int) -> str:
    return (
        f"{printable(metrics.label):{width}}  {metrics.precision:9.4f}  {metrics.recall:6.4f}  "
        f"{metrics.f1:6.4f}  {metrics.count:6}"
    )


def write_evaluation_report(evaluation: Evaluation, folder: Path) -> Path:
    """Writes `evaluation.json`, PNGs and `index.html`, which embeds them; returns its path."""
    predictions = evaluation.predictions
    confusion = Figure(
        charts.confusion_matrix(predictions), "Number of photos by true and predicted label."
    )
    reliability = Figure(
        charts.reliability_diagram(predictions),
        "Accuracy by the score of the predicted label; above each bar the number of photos.",
    )
    sections = (
        Section("Result", tables=_tables(evaluation)),
        Section("Confusion matrix", figures=(confusion,)),
        Section("Calibration", figures=(reliability,)),
    )
    title = f"{evaluation.head}@{evaluation.version}"
    files = {
        "confusion.png": confusion.png,
        "reliability.png": reliability.png,
        "evaluation.json": json.dumps(_json(evaluation), indent=2).encode(),
        PAGE: render(title, predictions.accuracy.sentence("photos"), sections).encode(),
    }
    for name, content in files.items():
        write_atomically(folder / name, content)
    return folder / PAGE


def _tables(evaluation: Evaluation) -> tuple[Table, Table]:
    predictions = evaluation.predictions
    metrics = Table(
        (
            ("photos", f"{predictions.accuracy.count:,}, {evaluation.part}"),
            ("log loss", f"{predictions.log_loss:.4f}"),
            ("expected calibration error", f"{predictions.calibration_error:.4f}"),
            ("files skipped", len(evaluation.skipped)),
        )
    )
    return metrics, Table.of_label_metrics(predictions.label_metrics(), "photos")


def _json(evaluation: Evaluation) -> dict[str, object]:
    predictions = evaluation.predictions
    return {
        "head": evaluation.head,
        "version": evaluation.version,
        "part": evaluation.part,
        "photos": predictions.accuracy.count,
        "accuracy": predictions.accuracy.fraction,
        "standard_error": predictions.accuracy.standard_error,
        "log_loss": predictions.log_loss,
        "calibration_error": predictions.calibration_error,
        "labels": [asdict(each) for each in predictions.label_metrics()],
        "confusion": predictions.confusion.tolist(),
        "calibration": [asdict(each) for each in predictions.calibration() if each.count],
        "skipped": [{"file": printable(s.path), "reason": s.reason} for s in evaluation.skipped],
    }

"""The report of a training: charts and an HTML page."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from ..data.listing import Skipped
from ..evaluation.multi_label import MultiLabelPredictions
from ..evaluation.predictions import Predictions
from ..heads.manifest import HeadManifest
from ..printable import printable
from ..training.provenance import split_list
from ..training.recipe import Recipe
from ..training.train import TrainingResult
from . import charts
from .html_page import PAGE, Figure, Section, Table, render
from .model_card import model_card
from .multi_label_report import label_table

MAX_PHOTOS = 10
"""In a grid of photos."""

MAX_SKIPPED_ROWS = 50


def report_files(result: TrainingResult) -> dict[str, bytes]:
    """The content of the PNGs, of the page that embeds them, of the model card and of the list of
    photos, by file name."""
    figures = _figures(result)
    files = {f"{name}.png": figure.png for name, figure in figures.items()}
    card = model_card(json.loads(result.files[HeadManifest.FILE]))
    return {
        **files,
        **{name: content.encode() for name, content in card.items()},
        "split.csv": split_list(result.split),
        PAGE: _page(result, figures).encode(),
    }


def _figures(result: TrainingResult) -> dict[str, Figure]:
    test = next(iter(result.test.values()))
    figures = {
        "curves": Figure(
            charts.learning_curves(result.curves),
            "Loss and accuracy after each epoch. Where the lines diverge, the head overfits its "
            "training photos.",
        ),
    }
    if isinstance(test, Predictions):
        figures["confusion"] = Figure(
            charts.confusion_matrix(test), "Number of test photos by true and predicted label."
        )
    if result.temperature != 1:
        figures["reliability"] = Figure(
            charts.reliability_diagrams(
                {"before": result.uncalibrated, "after the temperature": test}
            ),
            "Test photos: how often what is predicted is right, by its score; above each bar the "
            "number of scores.",
        )
    wrong, right = _misclassified(test), _classified_correctly(test)
    if len(wrong):
        figures["wrong"] = Figure(
            charts.prediction_grid(test, wrong),
            f"{len(wrong)} of {_count(~test.correct)} misclassified, highest score first.",
        )
    if len(right):
        figures["right"] = Figure(
            charts.prediction_grid(test, right),
            f"{len(right)} of {_count(test.correct)} classified correctly, evenly spaced.",
        )
    return figures


def _page(result: TrainingResult, figures: dict[str, Figure]) -> str:
    test = next(iter(result.test.values()))
    activation = "softmax" if isinstance(test, Predictions) else "sigmoid"
    sections = [Section("Result", tables=(_results(result.test), _labels(test)))]
    if "confusion" in figures:
        sections.append(Section("Confusion matrix", figures=(figures["confusion"],)))
    if "reliability" in figures:
        sections.append(_calibration(result, figures["reliability"]))
    sections += [
        Section(
            "Predictions",
            "Above each test photo: the predicted label and its score, and the true label where "
            "that differs.",
            figures=[figures[name] for name in ("wrong", "right") if name in figures],
        ),
        Section("Learning curves", figures=(figures["curves"],)),
        Section("Recipe", tables=(_recipe(result.recipe, activation), _data(result))),
    ]
    if result.skipped:
        sections.append(_skipped(result.skipped))
    return render(str(result.head), test.accuracy.sentence("test photos"), sections)


def _results(test: dict[str, Predictions | MultiLabelPredictions]) -> Table:
    rows = [
        (precision, str(each.accuracy), f"{each.log_loss:.4f}", f"{each.calibration_error:.4f}")
        for precision, each in test.items()
    ]
    return Table(rows, header=("features", "test accuracy", "log loss", "calibration error"))


def _labels(test: Predictions | MultiLabelPredictions) -> Table:
    if isinstance(test, Predictions):
        return Table.of_label_metrics(test.label_metrics(), "test photos")
    return label_table(test)


def _calibration(result: TrainingResult, figure: Figure) -> Section:
    test = next(iter(result.test.values()))
    rows = [
        (name, f"{each.log_loss:.4f}", f"{each.calibration_error:.4f}", str(each.accuracy))
        for name, each in (("before", result.uncalibrated), ("after", test))
    ]
    return Section(
        "Calibration",
        f"The logits are divided by {result.temperature:.4f}, the temperature of the lowest log "
        "loss on the validation photos. The test photos tell what that does.",
        tables=(Table(rows, ("temperature", "log loss", "calibration error", "accuracy")),),
        figures=(figure,),
    )


def _recipe(recipe: Recipe, activation: str) -> Table:
    head = recipe.architecture
    pool = {"gap": "global average pooling", "flatten": "flatten"}[head.pool]
    hidden = f"Dense({head.units}, relu), " if head.units else ""
    smoothing = f"{recipe.label_smoothing:g}" if recipe.label_smoothing else "none"
    return Table(
        (
            ("head", f"{pool}, {hidden}Dense(labels, {activation})"),
            ("dropout", head.dropout or "none"),
            ("optimizer", f"Adam, learning rate {recipe.learning_rate:g}"),
            ("schedule", recipe.schedule),
            ("L2", f"{recipe.l2:g}" if recipe.l2 else "none"),
            ("label smoothing", smoothing),
            ("batch", recipe.batch),
            ("epochs", f"at most {recipe.epochs}, patience {recipe.patience}"),
            ("class weights", "balanced" if recipe.class_weights else "none"),
            ("horizontal flips", "yes" if recipe.flip else "no"),
            ("seed", recipe.seed),
        )
    )


def _data(result: TrainingResult) -> Table:
    sizes = ((part, len(photos)) for part, photos in vars(result.split).items())
    return Table(
        (
            ("labels", len(result.manifest.labels)),
            *((f"{part} photos", count) for part, count in sizes),
            ("files skipped", len(result.skipped)),
            ("epochs run", result.curves.epochs),
            ("best epoch", _best_epoch(result)),
            ("temperature", f"{result.temperature:.4f}"),
            ("parameters", f"{result.manifest.parameters:,}"),
            ("backbone", result.manifest.backbone),
        )
    )


def _best_epoch(result: TrainingResult) -> str:
    best = result.curves.best_epoch
    is_last = best == result.recipe.epochs
    return f"{best}, the last: with more epochs the head may be better" if is_last else str(best)


def _skipped(skipped: Sequence[Skipped]) -> Section:
    rows = [(printable(file.path), file.reason) for file in skipped]
    more = len(rows) - MAX_SKIPPED_ROWS
    return Section(
        f"Files skipped: {len(rows)}",
        tables=(Table(rows[:MAX_SKIPPED_ROWS]),),
        text=f"The first {MAX_SKIPPED_ROWS}; {more} more are not listed." if more > 0 else "",
    )


def _misclassified(test: Predictions | MultiLabelPredictions) -> np.ndarray:
    """The indices of misclassified photos, highest score first."""
    wrong = np.flatnonzero(~test.correct)
    return wrong[np.argsort(-test.scores[wrong].max(axis=1), kind="stable")][:MAX_PHOTOS]


def _classified_correctly(test: Predictions | MultiLabelPredictions) -> np.ndarray:
    """Indices at equal intervals: photos are sorted by label and digest."""
    right = np.flatnonzero(test.correct)
    if len(right) <= MAX_PHOTOS:
        return right
    return right[np.linspace(0, len(right) - 1, MAX_PHOTOS).astype(int)]


def _count(mask: np.ndarray) -> int:
    return int(mask.sum())

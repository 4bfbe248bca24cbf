"""What a training came to, as pictures and a page to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..data.folder_listing import Skipped
from ..evaluation.predictions import Predictions
from ..printable import shown
from ..training.recipe import Recipe
from ..training.train import Trained
from . import charts as pictures
from .html_page import Picture, Section, Table, html

SHOWN = 10
"""Photos in a grid, at most."""

LISTED = 50
"""Files that were skipped, at most."""


PAGE = "index.html"


def report_files(trained: Trained) -> dict[str, bytes]:
    """PNGs and the page that holds them all, by the names of their files."""
    test = next(iter(trained.test.values()))
    made = {
        "curves": Picture(
            pictures.curves(trained.curves),
            "Loss and accuracy after each epoch. Where the lines diverge, the head overfits its "
            "training photos.",
        ),
        "confusion": Picture(
            pictures.confusion(test), "How many test photos of each label were taken for which."
        ),
    }
    wrong, right = _wrong(test), _right(test)
    if len(wrong):
        made["wrong"] = Picture(
            pictures.gallery(test, wrong),
            f"{len(wrong)} of {_count(~test.right)} that were labelled wrong, highest score first.",
        )
    if len(right):
        made["right"] = Picture(
            pictures.gallery(test, right),
            f"{len(right)} of {_count(test.right)} that were labelled right, picked evenly.",
        )
    files = {f"{name}.png": picture.png for name, picture in made.items()}
    return {**files, PAGE: _page(trained, made).encode()}


def _page(trained: Trained, made: dict[str, Picture]) -> str:
    test = next(iter(trained.test.values()))
    sections = [
        Section("Result", tables=(_results(trained.test), _labels(test))),
        Section("Confusion", pictures=(made["confusion"],)),
        Section(
            "Predictions",
            "Above each test photo: the label predicted and its score, and the true one where "
            "that differs.",
            pictures=[made[name] for name in ("wrong", "right") if name in made],
        ),
        Section("Learning", pictures=(made["curves"],)),
        Section("Recipe", tables=(_recipe(trained.recipe), _data(trained))),
    ]
    if trained.skipped:
        sections.append(_skipped(trained.skipped))
    lead = (
        f"{test.accuracy.correct} of {test.accuracy.count} test photos labelled right: "
        f"{test.accuracy.share:.1%}, with a standard error of {test.accuracy.standard_error:.1%}"
    )
    return html(str(trained.head), lead, sections)


def _results(test: dict[str, Predictions]) -> Table:
    rows = [
        (precision, str(each.accuracy), f"{each.log_loss:.4f}") for precision, each in test.items()
    ]
    return Table(rows, header=("features", "test accuracy", "log loss"))


def _labels(test: Predictions) -> Table:
    rows = [
        (each.label, f"{each.precision:.3f}", f"{each.recall:.3f}", f"{each.f1:.3f}", each.count)
        for each in test.by_label()
    ]
    return Table(rows, header=("label", "precision", "recall", "F1", "test photos"))


def _recipe(recipe: Recipe) -> Table:
    head = recipe.architecture
    pool = {"gap": "global average pooling", "flatten": "flatten"}[head.pool]
    return Table(
        (
            ("head", f"{pool}, Dense({head.units}, relu), Dense(labels, softmax)"),
            ("dropout", head.dropout or "none"),
            ("optimizer", f"Adam, learning rate {recipe.learning_rate:g}"),
            ("batch", recipe.batch),
            ("epochs", f"at most {recipe.epochs}, {recipe.patience} without a better loss"),
            ("class weights", "balanced" if recipe.class_weights else "none"),
            ("mirror images", "yes" if recipe.flip else "no"),
            ("seed", recipe.seed),
        )
    )


def _data(trained: Trained) -> Table:
    parts = ((part, len(photos)) for part, photos in vars(trained.parts).items())
    return Table(
        (
            ("labels", len(trained.manifest.labels)),
            *((f"{part} photos", count) for part, count in parts),
            ("files skipped", len(trained.skipped)),
            ("epochs run", trained.curves.epochs),
            ("epoch taken", trained.curves.best_epoch),
            ("parameters", f"{trained.manifest.parameters:,}"),
            ("backbone", trained.manifest.backbone),
        )
    )


def _skipped(skipped: Sequence[Skipped]) -> Section:
    rows = [(shown(file.path), file.reason) for file in skipped]
    more = len(rows) - LISTED
    return Section(
        f"Files skipped: {len(rows)}",
        tables=(Table(rows[:LISTED]),),
        text=f"The first {LISTED}; {more} more are not listed." if more > 0 else "",
    )


def _wrong(test: Predictions) -> np.ndarray:
    """Where the head was wrong, highest score first."""
    wrong = np.flatnonzero(~test.right)
    return wrong[np.argsort(-test.scores[wrong].max(axis=1), kind="stable")][:SHOWN]


def _right(test: Predictions) -> np.ndarray:
    """Where it was right, at even steps: within a label the photos stand as their digests do."""
    right = np.flatnonzero(test.right)
    if len(right) <= SHOWN:
        return right
    return right[np.linspace(0, len(right) - 1, SHOWN).astype(int)]


def _count(mask: np.ndarray) -> int:
    return int(mask.sum())

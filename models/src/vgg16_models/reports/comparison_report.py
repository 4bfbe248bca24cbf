"""The report of a comparison of two heads: text, an HTML page, and its figures as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from ..evaluation.comparison import Comparison, Difference
from ..evaluation.evaluate import Evaluation
from ..files import write_atomically
from ..printable import printable
from . import charts
from .html_page import PAGE, Card, Section, Table, render
from .photo_cards import prediction_card

MAX_CARDS = 20


def comparison_text(comparison: Comparison) -> str:
    first, second = comparison.first, comparison.second
    width = max(len(str(first)), len(str(second)))
    lines = [f"{first} and {second}, {first.part} photos"]
    for each in (first, second):
        low, high = each.predictions.accuracy.interval
        lines.append(
            f"{each!s:{width}}  accuracy {each.predictions.accuracy}, 95% interval {low:.4f} to "
            f"{high:.4f}; log loss {each.predictions.log_loss:.4f}"
        )
    lines.append(f"difference in accuracy  {_points(comparison.accuracy)}")
    if comparison.log_loss:
        lines.append(f"difference in log loss  {_signed(comparison.log_loss)}")
    lines += [
        f"right by {first} alone: {len(comparison.only_first)}, by {second} alone: "
        f"{len(comparison.only_second)}; McNemar's exact p = {comparison.p_value:.3g}",
        comparison.verdict,
    ]
    return "\n".join(lines)


def write_comparison_report(comparison: Comparison, folder: Path) -> Path:
    """Writes `index.html` and `comparison.json`; returns the page's path."""
    write_atomically(folder / "comparison.json", json.dumps(_json(comparison), indent=2).encode())
    write_atomically(folder / PAGE, _page(comparison).encode())
    return folder / PAGE


def _page(comparison: Comparison) -> str:
    first, second = comparison.first, comparison.second
    sections = [
        Section(
            "Result",
            "The interval of a difference is of the same photos drawn again (bootstrap, paired). "
            "McNemar's test asks how often heads that are equally good would differ by as much.",
            tables=(_result(comparison), _counts(comparison)),
        ),
        Section("Labels", tables=(_by_label(first, second),)),
    ]
    for only, right, wrong in (
        (comparison.only_second, second, first),
        (comparison.only_first, first, second),
    ):
        more = len(only) > MAX_CARDS
        text = f"{len(only):,} photos" + (f"; {MAX_CARDS} of them:" if more else "")
        cards = [_card(right, wrong, at) for at in _spread(only)]
        sections.append(Section(f"Right by {right} alone", text, cards=cards))
    return render(f"{second} against {first}", comparison.verdict, sections)


def _result(comparison: Comparison) -> Table:
    first, second = comparison.first, comparison.second
    ours, theirs = first.predictions, second.predictions
    intervals = ["{:.4f} to {:.4f}".format(*each.accuracy.interval) for each in (ours, theirs)]
    rows = [
        (
            "accuracy",
            f"{ours.accuracy.fraction:.4f}",
            f"{theirs.accuracy.fraction:.4f}",
            _points(comparison.accuracy),
        ),
        ("95% interval", *intervals, ""),
        (
            "log loss",
            f"{ours.log_loss:.4f}",
            f"{theirs.log_loss:.4f}",
            _signed(comparison.log_loss) if comparison.log_loss else "other labels",
        ),
        (
            "calibration error",
            f"{ours.calibration_error:.4f}",
            f"{theirs.calibration_error:.4f}",
            "",
        ),
    ]
    return Table(rows, ("", str(first), str(second), "difference, 95% interval"))


def _counts(comparison: Comparison) -> Table:
    return Table(
        (
            ("photos", f"{comparison.first.predictions.accuracy.count:,}, {comparison.first.part}"),
            ("right by both", comparison.both),
            (f"right by {comparison.first} alone", len(comparison.only_first)),
            (f"right by {comparison.second} alone", len(comparison.only_second)),
            ("right by neither", comparison.neither),
            ("McNemar's exact p", f"{comparison.p_value:.3g}"),
        )
    )


def _by_label(first: Evaluation, second: Evaluation) -> Table:
    """Recall by label, the largest loss first."""
    theirs = {each.label: each for each in second.predictions.label_metrics()}
    rows = [
        (each.label, each.recall, theirs[each.label].recall, each.count)
        for each in first.predictions.label_metrics()
        if each.count and each.label in theirs
    ]
    rows.sort(key=lambda row: row[2] - row[1])
    return Table(
        [
            (label, f"{ours:.3f}", f"{other:.3f}", f"{other - ours:+.3f}", count)
            for label, ours, other, count in rows
        ],
        ("label", f"recall, {first}", f"recall, {second}", "difference", "photos"),
        sortable=True,
    )


def _spread(indices: np.ndarray) -> Sequence[int]:
    """At equal intervals: photos are sorted by label."""
    if len(indices) <= MAX_CARDS:
        return indices.tolist()
    return indices[np.linspace(0, len(indices) - 1, MAX_CARDS).astype(int)].tolist()


def _card(right: Evaluation, wrong: Evaluation, at: int) -> Card:
    photo = right.predictions.photos[at]
    lines = [f"is {photo.label}", *(_answer(each, at) for each in (right, wrong))]
    return prediction_card(photo, *lines, correct=True)


def _answer(evaluation: Evaluation, at: int) -> str:
    predictions = evaluation.predictions
    predicted = predictions.predicted[at]
    score = charts.score_text(predictions.scores[at, predicted])
    return f"{evaluation}: {predictions.labels[predicted]} {score}"


def _points(difference: Difference) -> str:
    value, low, high = (100 * number for number in asdict(difference).values())
    return f"{value:+.2f} points ({low:+.2f} to {high:+.2f})"


def _signed(difference: Difference) -> str:
    return f"{difference.value:+.4f} ({difference.low:+.4f} to {difference.high:+.4f})"


def _json(comparison: Comparison) -> dict[str, object]:
    def summary(evaluation: Evaluation) -> dict[str, object]:
        predictions = evaluation.predictions
        return {
            "head": evaluation.head,
            "version": evaluation.version,
            "accuracy": predictions.accuracy.fraction,
            "accuracy_interval": predictions.accuracy.interval,
            "log_loss": predictions.log_loss,
            "calibration_error": predictions.calibration_error,
        }

    def files(evaluation: Evaluation, indices: np.ndarray) -> list[str]:
        return [printable(evaluation.predictions.photos[at].path) for at in indices]

    return {
        "part": comparison.first.part,
        "photos": comparison.first.predictions.accuracy.count,
        "first": summary(comparison.first),
        "second": summary(comparison.second),
        "accuracy_difference": asdict(comparison.accuracy),
        "log_loss_difference": comparison.log_loss and asdict(comparison.log_loss),
        "mcnemar_p": comparison.p_value,
        "right_by_both": comparison.both,
        "right_by_neither": comparison.neither,
        "right_by_first_alone": files(comparison.first, comparison.only_first),
        "right_by_second_alone": files(comparison.first, comparison.only_second),
        "verdict": comparison.verdict,
    }

"""Charts and grids of photos, each as a PNG."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..data.decoder import decode_image
from ..data.photos import Photo
from ..errors import UndecodableError
from ..evaluation.curves import LabelCurves
from ..evaluation.multi_label import MultiLabelPredictions
from ..evaluation.predictions import Predictions
from ..printable import printable
from ..training.fit import LearningCurves
from . import fonts

# Dollar signs in labels are not TeX.
mpl.rcParams["text.parse_math"] = False
mpl.rcParams["font.family"] = fonts.families()

TRAIN, VALIDATION = "#1f77b4", "#d95f02"
CORRECT, WRONG = "#1b7837", "#b2182b"
COLUMNS = 5
NO_LABEL = "no label"


@dataclass(frozen=True, eq=False)
class CaptionedPhoto:
    """A photo [h,w,3] and the text above it."""

    rgb: np.ndarray
    caption: str
    colour: str = "0.2"


def learning_curves(curves: LearningCurves) -> bytes:
    """Loss and accuracy by epoch; the best epoch is marked."""
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    epochs = range(1, curves.epochs + 1)
    for axes, metric, train, validation in zip(
        figure.subplots(1, 2),
        ("loss", "accuracy"),
        (curves.loss, curves.accuracy),
        (curves.validation_loss, curves.validation_accuracy),
        strict=True,
    ):
        marker = "o" if curves.epochs == 1 else None
        axes.plot(epochs, train, color=TRAIN, marker=marker, label="train")
        axes.plot(epochs, validation, color=VALIDATION, marker=marker, label="validation")
        axes.axvline(curves.best_epoch, color="0.6", linestyle=":", label="best epoch")
        axes.set(title=metric, xlabel="epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    return _png(figure)


def confusion_matrix(predictions: Predictions) -> bytes:
    """Counts of photos; the colour is the fraction of the true label."""
    counts = predictions.confusion
    labels = [shorten(label) for label in predictions.labels]
    fractions = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = np.clip(1.6 + 0.75 * len(labels), 3.4, 14)
    figure = Figure(figsize=(side + 0.6, side), layout="constrained")
    axes = figure.subplots()
    axes.imshow(fractions, cmap="Blues", vmin=0, vmax=1)
    ticks = range(len(labels))
    vertical = len(labels) > 4 or max(map(len, labels)) > 9
    axes.set_xticks(ticks, labels, rotation=90 if vertical else 0)
    axes.set_yticks(ticks, labels)
    axes.set(xlabel="predicted", ylabel="true")
    axes.spines[:].set_visible(False)
    size = 12 if len(labels) <= 12 else 7
    for (row, column), count in np.ndenumerate(counts):
        if count or len(labels) <= 12:
            colour = "white" if fractions[row, column] > 0.55 else "0.2"
            axes.text(column, row, count, ha="center", va="center", color=colour, fontsize=size)
    return _png(figure)


def prediction_grid(
    predictions: Predictions | MultiLabelPredictions, indices: Sequence[int]
) -> bytes:
    """Photos with what is predicted, the scores, and the true labels where these differ."""
    return photo_grid([_captioned(predictions, at) for at in indices])


def _captioned(predictions: Predictions | MultiLabelPredictions, at: int) -> CaptionedPhoto:
    predicted = predictions.predicted_labels(at)
    prediction = "\n".join(f"{shorten(label)} {score_text(score)}" for label, score in predicted)
    correct = predictions.correct[at]
    true = "" if correct else f"\nis {shorten(predictions.photos[at].label or NO_LABEL)}"
    return CaptionedPhoto(
        pixels_of(predictions.photos[at]),
        (prediction or NO_LABEL) + true,
        CORRECT if correct else WRONG,
    )


def pixels_of(photo: Photo) -> np.ndarray:
    """Its pixels; grey when it can't be decoded: it may have changed since, or a running service of
    another release decoded it."""
    try:
        return decode_image(photo.path.read_bytes())
    except (UndecodableError, OSError):
        return np.full((1, 1, 3), 200, np.uint8)


def photo_grid(photos: Sequence[CaptionedPhoto]) -> bytes:
    """Photos with their captions, five per row."""
    rows = max(1, -(-len(photos) // COLUMNS))
    figure = Figure(figsize=(2.1 * COLUMNS, 2.6 * rows), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.1)
    cells = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes in cells:
        axes.set_axis_off()
    for axes, photo in zip(cells, photos, strict=False):
        axes.imshow(_square(photo.rgb))
        axes.set_title(photo.caption, fontsize=11, color=photo.colour)
    return _png(figure)


def reliability_diagram(predictions: Predictions | MultiLabelPredictions) -> bytes:
    """Accuracy by the score of the predicted label, and the diagonal of perfect calibration."""
    return reliability_diagrams({"": predictions})


def reliability_diagrams(
    predictions: Mapping[str, Predictions | MultiLabelPredictions],
) -> bytes:
    """`reliability_diagram`s side by side, by their titles."""
    figure = Figure(figsize=(4.6 * len(predictions), 4.2), layout="constrained")
    every = figure.subplots(1, len(predictions), squeeze=False)[0]
    for axes, (title, each) in zip(every, predictions.items(), strict=True):
        _reliability(axes, each)
        axes.set_title(title)
    return _png(figure)


def _reliability(axes: Axes, predictions: Predictions | MultiLabelPredictions) -> None:
    """Of several labels a photo: how often each label is right, by its score."""
    bins = [each for each in predictions.calibration() if each.count]
    one_label = isinstance(predictions, Predictions)
    axes.plot([0, 1], [0, 1], color="0.6", linestyle=":", label="perfectly calibrated")
    axes.bar(
        [(each.low + each.high) / 2 for each in bins],
        [each.accuracy for each in bins],
        width=[each.high - each.low for each in bins],
        color=TRAIN,
        edgecolor="white",
        label="accuracy" if one_label else "photos with the label",
    )
    for each in bins:
        middle = (each.low + each.high) / 2
        axes.text(middle, each.accuracy + 0.01, each.count, ha="center", fontsize=7, color="0.3")
    axes.set(
        xlabel="score of the predicted label" if one_label else "score of a label",
        ylabel="accuracy" if one_label else "part of the photos with the label",
        xlim=(0, 1),
        ylim=(0, 1.08),
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left")


def label_separation(curves: Sequence[LabelCurves]) -> bytes:
    """ROC and precision-recall curves, one line a label: a line's colour is `line_colour`'s."""
    figure = Figure(figsize=(10, 4.4), layout="constrained")
    roc, pr = figure.subplots(1, 2)
    roc.plot([0, 1], [0, 1], color="0.6", linestyle=":")
    for number, each in enumerate(curves):
        colour = line_colour(number)
        roc.plot(each.false_positive_rate, each.true_positive_rate, color=colour)
        pr.plot(each.recall, each.precision, color=colour, drawstyle="steps-pre")
    roc.set(title="ROC", xlabel="false positive rate", ylabel="true positive rate")
    pr.set(title="precision and recall", xlabel="recall", ylabel="precision")
    for axes in (roc, pr):
        axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.02))
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    return _png(figure)


def line_colour(number: int) -> str:
    return f"C{number % 10}"


def score_text(score: float) -> str:
    """Three decimals, rounded down: only 1 is displayed as 1.000."""
    return f"{np.floor(score * 1000) / 1000:.3f}"


def _square(rgb: np.ndarray, side: int = 200) -> np.ndarray:
    """The photo resized to a square, as the backbone sees it."""
    rows, columns = (np.linspace(0, length - 1, side).astype(int) for length in rgb.shape[:2])
    return rgb[rows][:, columns]


def shorten(label: str, max_length: int = 18) -> str:
    label = printable(label)
    return label if len(label) <= max_length else label[: max_length - 1] + "…"


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    with fonts.reported():
        figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()

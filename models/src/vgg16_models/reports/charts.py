"""Pictures that tell whether a head is good, each as a PNG."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..backbone.preprocessing import decoded
from ..data.photos import Photo
from ..errors import UndecodableError
from ..evaluation.predictions import Predictions
from ..printable import shown
from ..training.fit import Curves

# A label with dollar signs is no formula.
mpl.rcParams["text.parse_math"] = False

TRAIN, VALIDATION = "#1f77b4", "#d95f02"
RIGHT, WRONG = "#1b7837", "#b2182b"
COLUMNS = 5


@dataclass(frozen=True, eq=False)
class Captioned:
    """A photo [h,w,3] and what stands above it."""

    rgb: np.ndarray
    caption: str
    colour: str = "0.2"


def curves(made: Curves) -> bytes:
    """Loss and accuracy over the epochs, the one that was taken marked."""
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    epochs = range(1, made.epochs + 1)
    for axes, what, train, validation in zip(
        figure.subplots(1, 2),
        ("loss", "accuracy"),
        (made.loss, made.accuracy),
        (made.validation_loss, made.validation_accuracy),
        strict=True,
    ):
        marker = "o" if made.epochs == 1 else None
        axes.plot(epochs, train, color=TRAIN, marker=marker, label="train")
        axes.plot(epochs, validation, color=VALIDATION, marker=marker, label="validation")
        axes.axvline(made.best_epoch, color="0.6", linestyle=":", label="epoch taken")
        axes.set(title=what, xlabel="epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    return _png(figure)


def confusion(predictions: Predictions) -> bytes:
    """Counts of photos, coloured by their share of the true label."""
    counts = predictions.confusion
    labels = [short(label) for label in predictions.labels]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = np.clip(1.6 + 0.75 * len(labels), 3.4, 14)
    figure = Figure(figsize=(side + 0.6, side), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    ticks = range(len(labels))
    upright = len(labels) > 4 or max(map(len, labels)) > 9
    axes.set_xticks(ticks, labels, rotation=90 if upright else 0)
    axes.set_yticks(ticks, labels)
    axes.set(xlabel="predicted", ylabel="true")
    axes.spines[:].set_visible(False)
    size = 12 if len(labels) <= 12 else 7
    for (row, column), count in np.ndenumerate(counts):
        if count or len(labels) <= 12:
            colour = "white" if shares[row, column] > 0.55 else "0.2"
            axes.text(column, row, count, ha="center", va="center", color=colour, fontsize=size)
    return _png(figure)


def gallery(predictions: Predictions, chosen: Sequence[int]) -> bytes:
    """The photos at these places, each under the label predicted, its score, and the true label."""
    return grid([_captioned(predictions, at) for at in chosen])


def _captioned(predictions: Predictions, at: int) -> Captioned:
    predicted = predictions.predicted[at]
    label = short(predictions.labels[predicted])
    said = f"{label} {_score(predictions.scores[at, predicted])}"
    right = predictions.right[at]
    true = "" if right else f"\nis {short(predictions.labels[predictions.targets[at]])}"
    return Captioned(_photo(predictions.photos[at]), said + true, RIGHT if right else WRONG)


def _photo(photo: Photo) -> np.ndarray:
    """Its pixels; grey when it can't be read here, as another release of the service may have read
    it, and it may have changed since."""
    try:
        return decoded(photo.path.read_bytes())
    except (UndecodableError, OSError):
        return np.full((1, 1, 3), 200, np.uint8)


def grid(photos: Sequence[Captioned]) -> bytes:
    """Photos under their captions, five a row."""
    rows = max(1, -(-len(photos) // COLUMNS))
    figure = Figure(figsize=(2.1 * COLUMNS, 2.6 * rows), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.1)
    every = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes in every:
        axes.set_axis_off()
    for axes, photo in zip(every, photos, strict=False):
        axes.imshow(_square(photo.rgb))
        axes.set_title(photo.caption, fontsize=11, color=photo.colour)
    return _png(figure)


def reliability(predictions: Predictions) -> bytes:
    """How often photos are labelled right, by the score of the label, beside how often they would
    be if the score were that probability."""
    bins = [each for each in predictions.calibration() if each.count]
    figure = Figure(figsize=(4.6, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.6", linestyle=":", label="as the score says")
    axes.bar(
        [(each.low + each.high) / 2 for each in bins],
        [each.accuracy for each in bins],
        width=[each.high - each.low for each in bins],
        color=TRAIN,
        edgecolor="white",
        label="labelled right",
    )
    for each in bins:
        middle = (each.low + each.high) / 2
        axes.text(middle, each.accuracy + 0.01, each.count, ha="center", fontsize=7, color="0.3")
    axes.set(xlabel="score of the label", ylabel="share of photos", xlim=(0, 1), ylim=(0, 1.08))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left")
    return _png(figure)


def _score(score: float) -> str:
    """Three places, cut and not rounded: 1.000 is said of nothing less."""
    return f"{np.floor(score * 1000) / 1000:.3f}"


def _square(rgb: np.ndarray, side: int = 200) -> np.ndarray:
    """The picture as the backbone sees it, squeezed into a square, in few pixels."""
    rows, columns = (np.linspace(0, length - 1, side).astype(int) for length in rgb.shape[:2])
    return rgb[rows][:, columns]


def short(label: str, most: int = 18) -> str:
    label = shown(label)
    return label if len(label) <= most else label[: most - 1] + "…"


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # shows as a box
        figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()

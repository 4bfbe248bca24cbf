"""Which recipe is best, measured: the figures and the picture of docs/accuracy.md.

    python models/experiments/recipes.py --images IMAGES

Needs both backbones, models/backbones/vgg16-160 and vgg16-160-caffe, each with int8.onnx.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from vgg16_models.backbone.inference import Backbone
from vgg16_models.data.photos import Photo, by_label, scan
from vgg16_models.data.split import Split, split
from vgg16_models.evaluation.predictions import Predictions, targets_of
from vgg16_models.features.cache import FeatureStore, LocalMaps
from vgg16_models.files import atomically
from vgg16_models.training.fit import Examples, fit
from vgg16_models.training.recipe import HeadArchitecture, Recipe

BACKBONES = Path("models/backbones")
CACHE = Path("models/.cache")
RESULTS = Path("models/reports/recipes.json")
PICTURE = Path("docs/images/recipes.svg")
TURNS = 10
FIRST_SEED = 7


@dataclass(frozen=True)
class Training:
    """What a head is trained on, and how; the seed is the turn's."""

    preprocessing: str = "tf"
    precision: str = "fp32"
    flip: bool = False
    pool: str = "gap"

    def recipe(self, turn: int) -> Recipe:
        return Recipe(HeadArchitecture(self.pool), seed=FIRST_SEED + turn, flip=self.flip)


@dataclass(frozen=True)
class Variant:
    """A training, and the precision of the features that its head is then asked about."""

    name: str
    training: Training = field(default_factory=Training)
    served: str = "fp32"


BASELINE, *OTHERS = VARIANTS = (
    Variant("baseline: tf, pooling, fp32"),
    Variant("int8 when serving", served="int8"),
    Variant("int8 in training too", Training(precision="int8"), served="int8"),
    Variant("flips", Training(flip=True)),
    Variant("flatten", Training(pool="flatten")),
    Variant("caffe", Training("caffe")),
    Variant("caffe, int8 when serving", Training("caffe"), served="int8"),
    Variant("caffe and flips", Training("caffe", flip=True)),
    Variant("caffe and flips, int8 when serving", Training("caffe", flip=True), served="int8"),
)


@dataclass(frozen=True, eq=False)
class Tested:
    """For each photo of each turn's test part: whether it was labelled right, and its log loss."""

    right: np.ndarray
    """[turns,photos]"""
    loss: np.ndarray
    """[turns,photos]"""

    def figures(self, baseline: Tested) -> dict[str, float]:
        """Means over all photos; spread over the turns; differences photo by photo."""
        better, less = self.right * 1.0 - baseline.right, self.loss - baseline.loss
        return {
            "accuracy": float(self.right.mean()),
            "accuracy_standard_error": _standard_error(self.right),
            "accuracy_spread": float(self.right.mean(axis=1).std(ddof=1)),
            "log_loss": float(self.loss.mean()),
            "log_loss_spread": float(self.loss.mean(axis=1).std(ddof=1)),
            "accuracy_difference": float(better.mean()),
            "accuracy_difference_standard_error": _standard_error(better),
            "log_loss_difference": float(less.mean()),
            "log_loss_difference_standard_error": _standard_error(less),
        }


def _standard_error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / np.sqrt(values.size))


class Data:
    """Features of all photos, each kind read once."""

    def __init__(self, images: Path):
        self.photos = scan(images).photos
        self.labels = tuple(by_label(self.photos))
        self.maps = cache(self._maps)

    def examples(self, photos: Sequence[Photo], maps: Mapping[Photo, np.ndarray]) -> Examples:
        return Examples(
            np.stack([maps[photo] for photo in photos]), targets_of(photos, self.labels)
        )

    def _maps(self, mode: str, precision: str, flipped: bool = False) -> dict[Photo, np.ndarray]:
        folder = BACKBONES / ("vgg16-160" if mode == "tf" else f"vgg16-160-{mode}")
        source = LocalMaps(Backbone.load(folder, precision))
        maps, skipped = FeatureStore(source, CACHE).all(self.photos, flipped)
        if skipped:
            raise SystemExit(f"{skipped[0].path}: {skipped[0].reason}; compare on readable photos")
        return maps


def tested(training: Training, served: Sequence[str], data: Data, turn: int) -> list[Predictions]:
    """Trains a head, and asks it about the test photos' features in each precision of `served`."""
    parts: Split = split(data.photos, turn)
    maps = data.maps(training.preprocessing, training.precision)
    train = data.examples(parts.train, maps)
    if training.flip:
        mirrored = data.maps(training.preprocessing, training.precision, True)
        train += data.examples(parts.train, mirrored)
    fitted = fit(
        len(data.labels), train, data.examples(parts.validation, maps), training.recipe(turn)
    )
    made = []
    for precision in served:
        test = data.examples(parts.test, data.maps(training.preprocessing, precision))
        scores = fitted.model.predict(test.features, verbose=0)
        made.append(Predictions(parts.test, data.labels, test.targets, scores))
    return made


def compare(data: Data) -> dict[str, dict[str, float]]:
    """Figures of each variant by its name."""
    outcomes: dict[Variant, list[Predictions]] = {variant: [] for variant in VARIANTS}
    for training in dict.fromkeys(variant.training for variant in VARIANTS):
        asked = [variant for variant in VARIANTS if variant.training == training]
        for turn in range(TURNS):
            made = tested(training, [variant.served for variant in asked], data, turn)
            for variant, predictions in zip(asked, made, strict=True):
                outcomes[variant].append(predictions)
                print(variant.name, turn, predictions.accuracy, file=sys.stderr, flush=True)
    results = {variant: _tested(turns) for variant, turns in outcomes.items()}
    return {variant.name: made.figures(results[BASELINE]) for variant, made in results.items()}


def _tested(turns: Sequence[Predictions]) -> Tested:
    true = [each.scores[np.arange(len(each.targets)), each.targets] for each in turns]
    return Tested(np.stack([each.right for each in turns]), -np.log(np.stack(true)))


def table(figures: Mapping[str, Mapping[str, float]]) -> str:
    """Markdown; accuracies in percent, differences in points."""
    rows = [
        "| recipe | test accuracy, % | difference, points | log loss | difference |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, f in figures.items():
        differences = ("", "")
        if name != BASELINE.name:
            differences = (
                f"{f['accuracy_difference'] * 100:+.2f} ± "
                f"{f['accuracy_difference_standard_error'] * 100:.2f}",
                f"{f['log_loss_difference']:+.4f} ± {f['log_loss_difference_standard_error']:.4f}",
            )
        rows.append(
            f"| {name} | {f['accuracy'] * 100:.2f} (spread {f['accuracy_spread'] * 100:.2f}) "
            f"| {differences[0]} | {f['log_loss']:.4f} (spread {f['log_loss_spread']:.4f}) "
            f"| {differences[1]} |"
        )
    return "\n".join(rows)


def picture(figures: Mapping[str, Mapping[str, float]]) -> Figure:
    """Differences from the baseline with twice their standard errors."""
    names = [variant.name for variant in OTHERS]
    figure = Figure(figsize=(9, 0.42 * len(names) + 1.2), layout="constrained")
    for axes, what, scale, unit, better in zip(
        figure.subplots(1, 2, sharey=True),
        ("accuracy", "log_loss"),
        (100, 1),
        ("test accuracy, points", "log loss"),
        ("right", "left"),
        strict=True,
    ):
        values = [figures[name][f"{what}_difference"] * scale for name in names]
        errors = [2 * figures[name][f"{what}_difference_standard_error"] * scale for name in names]
        axes.axvline(0, color="0.5", linewidth=1)
        axes.errorbar(values, range(len(names)), xerr=errors, fmt="o", capsize=3, color="#1f77b4")
        axes.set(yticks=range(len(names)), yticklabels=names, xlabel=f"{unit} ({better} is better)")
        axes.grid(axis="x", alpha=0.25)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="one sub-folder a class")
    options = parser.parse_args()
    logging.disable(logging.INFO)  # an epoch a line is too much for so many heads
    figures = compare(Data(options.images))
    atomically(RESULTS, (json.dumps(figures, indent=2) + "\n").encode())
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    picture(figures).savefig(PICTURE, metadata={"Date": None})
    print(table(figures))


if __name__ == "__main__":
    main()

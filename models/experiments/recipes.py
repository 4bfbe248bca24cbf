"""Comparison of recipes by cross-validation: the figures and the chart of docs/accuracy.md.

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
from vgg16_models.data.photos import Photo, group_by_label, scan
from vgg16_models.data.split import Split, split
from vgg16_models.evaluation.predictions import Predictions
from vgg16_models.features.cache import FeatureCache
from vgg16_models.features.extractors import LocalExtractor
from vgg16_models.files import write_atomically
from vgg16_models.heads.architecture import HeadArchitecture
from vgg16_models.training.fit import fit
from vgg16_models.training.recipe import Recipe
from vgg16_models.training.training_data import Examples

BACKBONES = Path("models/backbones")
CACHE = Path("models/.cache")
RESULTS = Path("models/reports/recipes.json")
CHART = Path("docs/images/recipes.svg")
FOLDS = 10
FIRST_SEED = 7


@dataclass(frozen=True)
class Training:
    """How a head is trained; the seed depends on the fold."""

    preprocessing: str = "tf"
    precision: str = "fp32"
    flip: bool = False
    pool: str = "gap"

    def recipe(self, fold: int) -> Recipe:
        return Recipe(
            HeadArchitecture(self.pool),
            seed=FIRST_SEED + fold,
            flip=self.flip,
            temperature=False,
        )


@dataclass(frozen=True)
class Variant:
    """A training, and the precision of the features that its head is tested on."""

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
class TestResults:
    """Of each test photo of each fold: whether it was classified correctly, and its log loss."""

    correct: np.ndarray
    """[folds,photos]"""
    loss: np.ndarray
    """[folds,photos]"""

    def figures(self, baseline: TestResults) -> dict[str, float]:
        """Means over all photos; standard deviations over the folds; paired differences."""
        accuracy, loss = self.correct * 1.0 - baseline.correct, self.loss - baseline.loss
        return {
            "accuracy": float(self.correct.mean()),
            "accuracy_standard_error": _standard_error(self.correct),
            "accuracy_spread": float(self.correct.mean(axis=1).std(ddof=1)),
            "log_loss": float(self.loss.mean()),
            "log_loss_spread": float(self.loss.mean(axis=1).std(ddof=1)),
            "accuracy_difference": float(accuracy.mean()),
            "accuracy_difference_standard_error": _standard_error(accuracy),
            "log_loss_difference": float(loss.mean()),
            "log_loss_difference_standard_error": _standard_error(loss),
        }


def _standard_error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / np.sqrt(values.size))


class Data:
    """The features of all photos, each precision loaded once."""

    def __init__(self, images: Path):
        self.photos = scan(images).photos
        self.labels = tuple(group_by_label(self.photos))
        self.maps = cache(self._maps)

    def examples(self, photos: Sequence[Photo], maps: Mapping[Photo, np.ndarray]) -> Examples:
        return Examples.of(photos, maps, self.labels)

    def _maps(self, mode: str, precision: str, flipped: bool = False) -> dict[Photo, np.ndarray]:
        folder = BACKBONES / ("vgg16-160" if mode == "tf" else f"vgg16-160-{mode}")
        extractor = LocalExtractor(Backbone.load(folder, precision))
        maps, skipped = FeatureCache(extractor, CACHE).feature_maps(self.photos, flipped)
        if skipped:
            raise SystemExit(f"{skipped[0].path}: {skipped[0].reason}; compare on readable photos")
        return maps


def train_and_test(
    training: Training, served: Sequence[str], data: Data, fold: int
) -> list[Predictions]:
    """Trains a head, and predicts the test photos by features in each precision of `served`."""
    photos: Split = split(data.photos, fold)
    maps = data.maps(training.preprocessing, training.precision)
    train = data.examples(photos.train, maps)
    if training.flip:
        flipped = data.maps(training.preprocessing, training.precision, True)
        train += data.examples(photos.train, flipped)
    fitted = fit(train, data.examples(photos.validation, maps), training.recipe(fold))
    predictions = []
    for precision in served:
        test = data.examples(photos.test, data.maps(training.preprocessing, precision))
        targets = test.targets.argmax(axis=1)
        predictions.append(
            Predictions(photos.test, data.labels, targets, fitted.scores(test.features))
        )
    return predictions


def compare(data: Data) -> dict[str, dict[str, float]]:
    """Figures of each variant by its name."""
    outcomes: dict[Variant, list[Predictions]] = {variant: [] for variant in VARIANTS}
    for training in dict.fromkeys(variant.training for variant in VARIANTS):
        variants = [variant for variant in VARIANTS if variant.training == training]
        for fold in range(FOLDS):
            results = train_and_test(training, [variant.served for variant in variants], data, fold)
            for variant, predictions in zip(variants, results, strict=True):
                outcomes[variant].append(predictions)
                print(variant.name, fold, predictions.accuracy, file=sys.stderr, flush=True)
    tested = {variant: _test_results(folds) for variant, folds in outcomes.items()}
    return {variant.name: each.figures(tested[BASELINE]) for variant, each in tested.items()}


def _test_results(folds: Sequence[Predictions]) -> TestResults:
    return TestResults(
        np.stack([each.correct for each in folds]), np.stack([each.losses for each in folds])
    )


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


def chart(figures: Mapping[str, Mapping[str, float]]) -> Figure:
    """Differences from the baseline with twice their standard errors."""
    names = [variant.name for variant in OTHERS]
    figure = Figure(figsize=(9, 0.42 * len(names) + 1.2), layout="constrained")
    for axes, metric, scale, unit, better in zip(
        figure.subplots(1, 2, sharey=True),
        ("accuracy", "log_loss"),
        (100, 1),
        ("test accuracy, points", "log loss"),
        ("right", "left"),
        strict=True,
    ):
        values = [figures[name][f"{metric}_difference"] * scale for name in names]
        errors = [
            2 * figures[name][f"{metric}_difference_standard_error"] * scale for name in names
        ]
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
    parser.add_argument("--images", type=Path, required=True, help="one sub-folder per class")
    options = parser.parse_args()
    logging.disable(logging.INFO)  # a line per epoch of each head is too much
    figures = compare(Data(options.images))
    write_atomically(RESULTS, (json.dumps(figures, indent=2) + "\n").encode())
    CHART.parent.mkdir(parents=True, exist_ok=True)
    chart(figures).savefig(CHART, metadata={"Date": None})
    print(table(figures))


if __name__ == "__main__":
    main()

"""The manifest of a trained head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import keras

from ..data.split import Split
from ..evaluation.predictions import Predictions
from ..features.statistics import FeatureStatistics
from ..heads.keras_model import layer_rows
from ..heads.manifest import EXPLANATION_FILE, HEAD_FILE, HeadManifest
from ..heads.name import HeadName
from ..heads.onnx_export import INPUT, pooling
from ..manifest_entries import ModelFile
from .fit import FitResult
from .recipe import Recipe
from .training_data import TrainingData


def head_manifest(
    head: HeadName,
    backbone_id: str,
    data: TrainingData,
    fitted: FitResult,
    content: bytes,
    explanation: bytes,
    test: Mapping[str, Predictions],
    recipe: Recipe,
) -> HeadManifest:
    """`content` and `explanation` are the ONNX files, `test` the predictions by precision."""
    split = data.split
    return HeadManifest(
        name=head.name,
        version=head.version,
        backbone=backbone_id,
        labels=data.labels,
        input=INPUT,
        pooling=pooling(fitted.model),
        file=HEAD_FILE,
        sha256=ModelFile.of_content(HEAD_FILE, content).sha256,
        parameters=fitted.model.count_params(),
        layers=layer_rows(fitted.model),
        features=FeatureStatistics.of(
            data.examples(split.train).features,
            data.examples(split.validation + split.test).features,
        ),
        explain=ModelFile.of_content(EXPLANATION_FILE, explanation),
        training=_training(split, test, recipe, fitted),
    )


def _training(
    split: Split, test: Mapping[str, Predictions], recipe: Recipe, fitted: FitResult
) -> dict[str, Any]:
    """The field `training`.

    `test_accuracy` is of features in the precision of the training; with the suffix `_int8`, of
    int8 ones.
    """
    first = next(iter(test))
    sizes = {part: len(photos) for part, photos in vars(split).items()}
    metrics = {
        f"test_{metric}{'' if precision == first else f'_{precision}'}": round(value, 4)
        for precision, each in test.items()
        for metric, value in (("accuracy", each.accuracy.fraction), ("log_loss", each.log_loss))
    }
    return {
        "images": sum(sizes.values()),
        **sizes,
        **metrics,
        "epochs": fitted.curves.epochs,
        "best_epoch": fitted.curves.best_epoch,
        "recipe": asdict(recipe),
        "keras": keras.__version__,
    }

"""The manifest of a trained head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..data.split import Split
from ..evaluation.multi_label import MultiLabelPredictions
from ..evaluation.predictions import Predictions
from ..features.statistics import FeatureStatistics
from ..graph.session import create_session
from ..heads.keras_model import layer_rows
from ..heads.manifest import EXPLANATION_FILE, HEAD_FILE, HeadManifest
from ..heads.name import HeadName
from ..heads.onnx_export import INPUT, OUTPUT, pooling
from ..manifest_entries import ModelFile
from .fit import FitResult
from .provenance import data_entry, libraries, revision
from .recipe import Recipe
from .training_data import TrainingData


@dataclass(frozen=True)
class Statement:
    """What only people know of a head, for its model card."""

    intended_use: str | None = None
    licence: str | None = None


def head_manifest(
    head: HeadName,
    backbone_id: str,
    data: TrainingData,
    fitted: FitResult,
    content: bytes,
    explanation: bytes,
    test: Mapping[str, Predictions | MultiLabelPredictions],
    recipe: Recipe,
    statement: Statement | None = None,
) -> HeadManifest:
    """`content` and `explanation` are the ONNX files, `test` the predictions by precision."""
    split = data.split
    held_out = data.examples(split.validation + split.test).features
    (scores,) = create_session(content).run([OUTPUT], {INPUT.name: held_out})
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
        features=FeatureStatistics.of(data.examples(split.train).features, held_out, scores),
        explain=ModelFile.of_content(EXPLANATION_FILE, explanation),
        thresholds=None if fitted.thresholds is None else tuple(fitted.thresholds.tolist()),
        training=_training(split, test, recipe, fitted, statement),
    )


def _training(
    split: Split,
    test: Mapping[str, Predictions | MultiLabelPredictions],
    recipe: Recipe,
    fitted: FitResult,
    statement: Statement | None,
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
        for metric, value in (
            ("accuracy", each.accuracy.fraction),
            ("log_loss", each.log_loss),
            ("calibration_error", each.calibration_error),
        )
    }
    low, high = test[first].accuracy.interval
    metrics["test_accuracy_interval"] = [round(low, 4), round(high, 4)]
    return {
        "images": sum(sizes.values()),
        **sizes,
        **metrics,
        "precision": first,
        "epochs": fitted.curves.epochs,
        "best_epoch": fitted.curves.best_epoch,
        "temperature": fitted.temperature,
        "recipe": asdict(recipe),
        "data": data_entry(split),
        "libraries": libraries(),
        "revision": revision(),
        **({} if statement is None else asdict(statement)),
    }

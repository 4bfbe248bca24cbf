"""Training a head from labelled photos, in memory: `publish` writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..data.listing import Skipped
from ..data.photos import PhotoSource
from ..data.split import Split
from ..evaluation.multi_label import MultiLabelPredictions
from ..evaluation.predictions import Predictions
from ..features.cache import FeatureCache
from ..features.extractors import FeatureExtractor
from ..graph.builder import serialize
from ..heads.grad_cam import grad_cam_onnx
from ..heads.manifest import EXPLANATION_FILE, HEAD_FILE, HeadManifest
from ..heads.name import HeadName
from ..heads.onnx_export import head_onnx
from .exported_head import ExportedHead
from .fit import FitResult, LearningCurves
from .fit_split import fit_split
from .head_manifest import Statement, head_manifest
from .photo_loading import load
from .recipe import Recipe
from .training_data import (
    DEFAULT_MINIMUM,
    LabelMinimum,
    TrainingData,
)


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """The trained head, and what is reported of its training."""

    head: HeadName
    manifest: HeadManifest
    files: Mapping[str, bytes]
    """The content of the version's folder, by file name."""
    recipe: Recipe
    curves: LearningCurves
    data: TrainingData
    test: dict[str, Predictions | MultiLabelPredictions]
    """Of the test photos, by the precision of the features; the first is that of the training."""
    temperature: float
    """What the logits are divided by; 1 where none was fitted."""
    uncalibrated: Predictions | MultiLabelPredictions
    """Of the test photos, in the precision of the training, without the temperature."""
    skipped: tuple[Skipped, ...]

    @property
    def split(self) -> Split:
        return self.data.split


def train(
    head: HeadName,
    photos: Path | PhotoSource,
    *,
    extractor: FeatureExtractor,
    others: Sequence[FeatureExtractor] = (),
    cache: Path,
    recipe: Recipe,
    statement: Statement | None = None,
    minimum: LabelMinimum = DEFAULT_MINIMUM,
) -> TrainingResult:
    """Trains on the features that `extractor` extracts; skipped photos are logged before training.

    `others` are other precisions of the same backbone: the head is tested on their features too.
    Raises ModelsError when there are too few photos, or when the scores of the exported head differ
    from Keras's.
    """
    features = FeatureCache(extractor, cache)
    data, skipped = load(photos, features, minimum)
    fitted = fit_split(data, features, recipe)
    graph = head_onnx(fitted.model, fitted.temperature)
    content, explanation = serialize(graph), serialize(grad_cam_onnx(graph))

    exported = ExportedHead(content, data, fitted)
    test = {extractor.precision: exported.test_predictions()}
    exported.require_parity(test[extractor.precision])
    for other in others:
        maps, _ = FeatureCache(other, cache).feature_maps(data.split.test)
        test[other.precision] = exported.predict(tuple(maps), maps)

    manifest = head_manifest(
        head, extractor.backbone_id, data, fitted, content, explanation, test, recipe, statement
    )
    files = {
        HEAD_FILE: content,
        EXPLANATION_FILE: explanation,
        HeadManifest.FILE: manifest.content(),
    }
    return TrainingResult(
        head,
        manifest,
        files,
        recipe,
        fitted.curves,
        data,
        test,
        fitted.temperature,
        _uncalibrated(data, fitted),
        skipped,
    )


def _uncalibrated(data: TrainingData, fitted: FitResult) -> Predictions | MultiLabelPredictions:
    photos = data.split.test
    scores = fitted.scores(data.examples(photos).features, calibrated=False)
    return fitted.predictions(data, photos, scores)

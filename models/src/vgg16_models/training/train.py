"""Training a head from a folder of photos, in memory: `publish` writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..data.folder_listing import Skipped
from ..data.photos import group_by_label, log_skipped, scan
from ..data.split import Split, split
from ..evaluation.predictions import Predictions
from ..features.cache import FeatureCache
from ..features.extractors import FeatureExtractor
from ..graph.builder import serialize
from ..heads.grad_cam import grad_cam_onnx
from ..heads.manifest import EXPLANATION_FILE, HEAD_FILE, HeadManifest
from ..heads.name import HeadName
from ..heads.onnx_export import head_onnx
from .exported_head import ExportedHead
from .fit import FitResult, LearningCurves, fit
from .head_manifest import Statement, head_manifest
from .recipe import Recipe
from .training_data import Examples, TrainingData, require_enough


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
    test: dict[str, Predictions]
    """Of the test photos, by the precision of the features; the first is that of the training."""
    skipped: tuple[Skipped, ...]

    @property
    def split(self) -> Split:
        return self.data.split


def train(
    head: HeadName,
    images: Path,
    *,
    extractor: FeatureExtractor,
    others: Sequence[FeatureExtractor] = (),
    cache: Path,
    recipe: Recipe,
    statement: Statement | None = None,
) -> TrainingResult:
    """Trains on the features that `extractor` extracts; skipped photos are logged before training.

    `others` are other precisions of the same backbone: the head is tested on their features too.
    Raises ModelsError when there are too few photos, or when the scores of the exported head differ
    from Keras's.
    """
    features = FeatureCache(extractor, cache)
    data, skipped = _load(images, features)
    fitted = _fit(data, features, recipe)
    graph = head_onnx(fitted.model)
    content, explanation = serialize(graph), serialize(grad_cam_onnx(graph))

    exported = ExportedHead(content, data)
    test = {extractor.precision: exported.test_predictions()}
    exported.require_parity(fitted.model, test[extractor.precision])
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
    return TrainingResult(head, manifest, files, recipe, fitted.curves, data, test, skipped)


def _load(images: Path, features: FeatureCache) -> tuple[TrainingData, tuple[Skipped, ...]]:
    folder = scan(images)
    labels = tuple(group_by_label(folder.photos))
    require_enough(folder.photos, labels)
    maps, unreadable = features.feature_maps(folder.photos)
    log_skipped(unreadable)
    require_enough(maps, labels)
    data = TrainingData(maps, labels, split(maps))
    data.log_sizes()
    return data, folder.skipped + unreadable


def _fit(data: TrainingData, features: FeatureCache, recipe: Recipe) -> FitResult:
    examples = data.examples(data.split.train)
    if recipe.flip:
        flipped, skipped = features.feature_maps(data.split.train, flipped=True)
        log_skipped(skipped)
        examples += Examples.of(tuple(flipped), flipped, data.labels)
    return fit(len(data.labels), examples, data.examples(data.split.validation), recipe)

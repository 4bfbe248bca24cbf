"""`train`: a folder of photos in, one version of a head out, all in memory: see `publish`."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnxruntime as ort

from ..backbone.inference import session
from ..data.folder_listing import Skipped
from ..data.photos import Photo, by_label, scan, tell
from ..data.split import Split, split
from ..errors import ModelsError
from ..evaluation.predictions import Predictions, targets_of
from ..features.cache import FeatureStore, MapSource
from ..features.statistics import FeatureStatistics
from ..graph.builder import serialized
from ..heads.explain import FILE as EXPLANATION
from ..heads.grad_cam import explain_onnx
from ..heads.keras_model import layers
from ..heads.name import HeadName
from ..heads.onnx_export import INPUT, head_onnx, pooling
from ..manifests import HeadManifest, ModelFile
from .fit import Curves, Examples, Fitted, fit
from .recipe import Recipe

PARITY = 1e-5
"""Largest difference allowed between the scores of Keras and of the exported head."""

log = logging.getLogger(__name__)

Maps = Mapping[Photo, np.ndarray]


@dataclass(frozen=True)
class Trained:
    """What came of a training."""

    head: HeadName
    manifest: HeadManifest
    files: Mapping[str, bytes]
    """What the folder of the version holds, by name."""
    recipe: Recipe
    curves: Curves
    parts: Split
    test: dict[str, Predictions]
    """Of the test photos, by the precision of the features; the first is that of the training."""
    skipped: tuple[Skipped, ...]


def train(
    head: HeadName,
    images: Path,
    *,
    source: MapSource,
    others: Sequence[MapSource] = (),
    cache: Path,
    recipe: Recipe,
) -> Trained:
    """Trains on the features of the photos by `source`; the photos that can't be read are told
    before.

    `others` are the same backbone in other precisions: how well the head does with theirs is told
    too. Raises ModelsError when there are too few photos, or when the exported head does not score
    as Keras does.
    """
    folder = scan(images)
    labels = tuple(by_label(folder.photos))
    _require_enough(folder.photos, labels)
    store = FeatureStore(source, cache)
    maps, unreadable = store.all(folder.photos)
    tell(unreadable)
    _require_enough(maps, labels)
    material = _Material(maps, labels, split(maps))
    material.tell()

    fitted = _fitted(material, store, recipe)
    graph = head_onnx(fitted.model)
    content, explanation = serialized(graph), serialized(explain_onnx(graph))
    test = _tested(content, material, fitted.model, source, others, cache)
    manifest = _manifest(head, source, material, fitted, content, explanation)
    manifest = replace(manifest, training=_training(material.parts, test, recipe, fitted))
    files = {
        "head.onnx": content,
        EXPLANATION: explanation,
        HeadManifest.FILE: manifest.content(),
    }
    skipped = folder.skipped + unreadable
    return Trained(head, manifest, files, recipe, fitted.curves, material.parts, test, skipped)


def _require_enough(photos: Iterable[Photo], labels: Sequence[str]) -> None:
    """Raises ModelsError where there are too few to learn from."""
    if len(labels) < 2:
        raise ModelsError(f"a head needs photos of at least 2 labels, here are: {list(labels)}")
    counts = Counter(photo.label for photo in photos)
    few = [label for label in labels if counts[label] < 10]
    if few:
        raise ModelsError(f"fewer than 10 readable photos of {', '.join(few)}: too few to split")


@dataclass(frozen=True)
class _Material:
    """The photos that can be read, each with its map."""

    maps: Maps
    labels: tuple[str, ...]
    parts: Split

    def tell(self) -> None:
        sizes = ", ".join(f"{len(photos)} {part}" for part, photos in vars(self.parts).items())
        log.info("%d photos of %d labels: %s", len(self.maps), len(self.labels), sizes)

    def examples(self, photos: Sequence[Photo]) -> Examples:
        return _examples(photos, self.maps, self.labels)


def _fitted(material: _Material, store: FeatureStore, recipe: Recipe) -> Fitted:
    examples = material.examples(material.parts.train)
    if recipe.flip:
        mirrored, without = store.all(material.parts.train, flipped=True)
        tell(without)
        examples += _examples(tuple(mirrored), mirrored, material.labels)
    validation = material.examples(material.parts.validation)
    return fit(len(material.labels), examples, validation, recipe)


def _tested(
    content: bytes,
    material: _Material,
    model: keras.Model,
    source: MapSource,
    others: Sequence[MapSource],
    cache: Path,
) -> dict[str, Predictions]:
    """What the exported head says of the test photos, by the precision of their features."""
    exported = session(content)
    photos, labels = material.parts.test, material.labels
    test = {source.precision: _predictions(exported, photos, material.maps, labels)}
    _require_parity(model, material.maps, test[source.precision])
    for other in others:
        theirs, _ = FeatureStore(other, cache).all(photos)
        test[other.precision] = _predictions(exported, tuple(theirs), theirs, labels)
    return test


def _manifest(
    head: HeadName,
    source: MapSource,
    material: _Material,
    fitted: Fitted,
    content: bytes,
    explanation: bytes,
) -> HeadManifest:
    """All of it but how the head came to be."""
    parts = material.parts
    return HeadManifest(
        name=head.name,
        version=head.version,
        backbone=source.id,
        labels=material.labels,
        input=INPUT,
        pooling=pooling(fitted.model),
        file="head.onnx",
        sha256=ModelFile.of_content("head.onnx", content).sha256,
        parameters=fitted.model.count_params(),
        layers=layers(fitted.model),
        features=FeatureStatistics.of(
            material.examples(parts.train).features,
            material.examples(parts.validation + parts.test).features,
        ),
        explain=ModelFile.of_content(EXPLANATION, explanation),
        training={},
    )


def _training(
    parts: Split, test: Mapping[str, Predictions], recipe: Recipe, fitted: Fitted
) -> dict[str, Any]:
    """What the manifest tells of how the head came to be.

    `test_accuracy` is on features as those of the training; with `_int8` behind it, on int8 ones.
    """
    first = next(iter(test))
    sizes = {part: len(photos) for part, photos in vars(parts).items()}
    figures = {
        f"test_{figure}{'' if precision == first else f'_{precision}'}": round(value, 4)
        for precision, each in test.items()
        for figure, value in (("accuracy", each.accuracy.share), ("log_loss", each.log_loss))
    }
    return {
        "images": sum(sizes.values()),
        **sizes,
        **figures,
        "epochs": fitted.curves.epochs,
        "best_epoch": fitted.curves.best_epoch,
        "recipe": asdict(recipe),
        "keras": keras.__version__,
    }


def _examples(photos: Sequence[Photo], maps: Maps, labels: Sequence[str]) -> Examples:
    return Examples(np.stack([maps[photo] for photo in photos]), targets_of(photos, labels))


def _predictions(
    exported: ort.InferenceSession, photos: Sequence[Photo], maps: Maps, labels: tuple[str, ...]
) -> Predictions:
    examples = _examples(photos, maps, labels)
    (scores,) = exported.run(None, {"features": examples.features})
    return Predictions(tuple(photos), labels, examples.targets, scores)


def _require_parity(model: keras.Model, maps: Maps, exported: Predictions) -> None:
    features = np.stack([maps[photo] for photo in exported.photos])
    wanted = model.predict(features, verbose=0)
    difference = float(np.abs(exported.scores - wanted).max())
    if not difference <= PARITY:
        raise ModelsError(f"head.onnx scores differ from Keras's by {difference:.1e}; not written")
    log.info("head.onnx scores as Keras does, within %.1e on the test photos", difference)

"""`train`: a folder of photos in, one version of a head out: `head.onnx` and `head.json`."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnxruntime as ort

from .errors import ModelsError
from .feature_statistics import FeatureStatistics
from .features import FeatureStore
from .files import atomically
from .head_graph import INPUT, head_onnx, pooling
from .head_model import Examples, Recipe, layers, trained
from .manifests import BackboneManifest, HeadManifest, ModelFile
from .onnx_model import serialized
from .photos import Photo, Skipped, by_label, scan
from .runtime import Backbone, session
from .split import Split, split

PARITY = 1e-5
"""Largest difference allowed between the scores of Keras and of the exported head."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HeadName:
    """What a head is called, and the folder that follows from it."""

    name: str
    version: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", self.name):
            raise ModelsError(f"the name {self.name!r} must be lower-case words joined by '-'")
        if self.version < 1:
            raise ModelsError(f"the version {self.version} must be 1 or more")

    def folder(self, heads: Path) -> Path:
        return heads / self.name / str(self.version)


@dataclass(frozen=True)
class Accuracy:
    """How many of the test photos were labelled right."""

    correct: int
    count: int

    @property
    def share(self) -> float:
        return self.correct / self.count

    def __str__(self) -> str:
        return f"{self.share:.4f} ({self.correct} of {self.count})"


@dataclass(frozen=True)
class Trained:
    """What came of a training."""

    manifest: HeadManifest
    folder: Path
    accuracy: dict[str, Accuracy]
    """On the test photos, by the precision of the features."""
    skipped: tuple[Skipped, ...]


def train(
    head: HeadName, images: Path, *, backbone: Path, out: Path, cache: Path, recipe: Recipe
) -> Trained:
    """Trains on the fp32 features of the photos and writes the head under `out`.

    Raises ModelsError, before anything is written, when there are too few photos or when the
    exported head does not score as Keras does.
    """
    base = Backbone.load(backbone, "fp32")
    folder = scan(images)
    maps, unreadable = FeatureStore(base, cache).all(folder.photos)
    parts = _parts(maps)
    labels = tuple(by_label(maps))
    sizes = ", ".join(f"{len(photos)} {part}" for part, photos in vars(parts).items())
    log.info("%d photos of %d labels: %s", len(maps), len(labels), sizes)

    examples, validation, test = (
        _examples(part, maps, labels) for part in (parts.train, parts.validation, parts.test)
    )
    model = trained(len(labels), examples, validation, recipe)
    content = serialized(head_onnx(model))
    exported = session(content)
    _require_parity(model, exported, test.features)

    accuracy = {"fp32": _accuracy(exported, test)}
    if "int8" in BackboneManifest.read(backbone).files:
        int8, _ = FeatureStore(Backbone.load(backbone, "int8"), cache).all(parts.test)
        accuracy["int8"] = _accuracy(exported, _examples(parts.test, int8, labels))

    target = head.folder(out)
    atomically(target / "head.onnx", content)
    manifest = HeadManifest(
        name=head.name,
        version=head.version,
        backbone=base.id,
        labels=labels,
        input=INPUT,
        pooling=pooling(model),
        file="head.onnx",
        sha256=ModelFile.of(target / "head.onnx").sha256,
        parameters=model.count_params(),
        layers=layers(model),
        features=FeatureStatistics.of(
            examples.features, np.concatenate([validation.features, test.features])
        ),
        training=_training(parts, accuracy, recipe, epochs=len(model.history.epoch)),
    )
    manifest.write(target)  # last: who watches the folder finds the model already there
    return Trained(manifest, target, accuracy, folder.skipped + unreadable)


def _training(
    parts: Split, accuracy: Mapping[str, Accuracy], recipe: Recipe, epochs: int
) -> dict[str, Any]:
    """What the manifest tells of how the head came to be; `test_accuracy` is on fp32 features."""
    sizes = {part: len(photos) for part, photos in vars(parts).items()}
    shares = {f"test_accuracy_{name}": round(each.share, 4) for name, each in accuracy.items()}
    shares = {"test_accuracy": shares.pop("test_accuracy_fp32"), **shares}
    about = {"seed": recipe.seed, "epochs": epochs, "keras": keras.__version__}
    return {"images": sum(sizes.values()), **sizes, **shares, **about}


def _parts(maps: Mapping[Photo, np.ndarray]) -> Split:
    parts = split(maps)
    counts = {label: len(group) for label, group in by_label(maps).items()}
    if len(counts) < 2:
        raise ModelsError(f"a head needs photos of at least 2 labels, here are: {list(counts)}")
    few = [label for label, count in counts.items() if count < 10]
    if few:
        raise ModelsError(f"fewer than 10 readable photos of {', '.join(few)}: too few to split")
    return parts


def _examples(
    photos: Sequence[Photo], maps: Mapping[Photo, np.ndarray], labels: Sequence[str]
) -> Examples:
    index = {label: at for at, label in enumerate(labels)}
    return Examples(
        np.stack([maps[photo] for photo in photos]),
        np.array([index[photo.label] for photo in photos]),
    )


def _scores(exported: ort.InferenceSession, features: np.ndarray) -> np.ndarray:
    (scores,) = exported.run(None, {"features": features})
    return scores


def _require_parity(
    model: keras.Model, exported: ort.InferenceSession, features: np.ndarray
) -> None:
    wanted = model.predict(features, verbose=0)
    difference = float(np.abs(_scores(exported, features) - wanted).max())
    if not difference <= PARITY:
        raise ModelsError(f"head.onnx scores differ from Keras's by {difference:.1e}; not written")
    log.info("head.onnx scores as Keras does, within %.1e on the test photos", difference)


def _accuracy(exported: ort.InferenceSession, test: Examples) -> Accuracy:
    right = _scores(exported, test.features).argmax(axis=1) == test.targets
    return Accuracy(int(right.sum()), len(right))

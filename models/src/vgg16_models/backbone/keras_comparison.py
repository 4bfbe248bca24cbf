"""Comparison of each precision's features with Keras's, on photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import onnx
import tensorflow as tf

from ..data.listing import Skipped
from ..data.photos import interleave_labels, scan
from ..progress import progress
from .image_loading import load_pixels
from .inference import Backbone, verified_file
from .keras_reference import keras_backbone
from .manifest import BackboneManifest
from .onnx_weights import conv_weights
from .weights import require_digest

FP32_MAX_ABS = 1e-4
INT8_MIN_COSINE = 0.999
BATCH = 8


@dataclass(frozen=True)
class Comparison:
    """Features of one precision against Keras's; the cosines are of whole maps, one per photo."""

    precision: str
    max_abs: float
    mean_abs: float
    cosine_mean: float
    cosine_min: float

    def failure(self) -> str | None:
        """Which limit is violated, if any; NaN violates it."""
        if self.precision == "fp32" and not self.max_abs <= FP32_MAX_ABS:
            return f"fp32 differs from Keras by {self.max_abs:.2e}, more than {FP32_MAX_ABS:.0e}"
        if self.precision == "int8" and not self.cosine_min >= INT8_MIN_COSINE:
            return f"int8's smallest cosine is {self.cosine_min:.5f}, less than {INT8_MIN_COSINE}"
        return None


@dataclass(frozen=True)
class KerasComparison:
    """The comparisons of one backbone, and the range of Keras's features."""

    backbone: str
    reference: str
    photos: int
    features_max: float
    features_mean: float
    comparisons: tuple[Comparison, ...]

    def failures(self) -> list[str]:
        return [failure for each in self.comparisons if (failure := each.failure())]


def compare_with_keras(
    backbone: Path, images: Path, count: int
) -> tuple[KerasComparison, tuple[Skipped, ...]]:
    """Compares every precision of the manifest on `count` photos; also returns the skipped files.

    These are the last photos of the order in which `quantize` takes the first: with enough photos,
    int8 is compared on others than it was calibrated on.
    """
    manifest = BackboneManifest.read(backbone)
    folder = scan(images)
    pixels, unreadable = load_pixels(
        interleave_labels(folder.photos[::-1]), count, manifest.preprocessing
    )
    reference = _keras_features(backbone, manifest, pixels)
    comparisons = [
        compare(
            precision,
            reference,
            _in_batches(precision, Backbone.load(backbone, precision), pixels),
        )
        for precision in manifest.files
    ]
    result = KerasComparison(
        backbone=manifest.id,
        reference=f"Keras {keras.__version__} on TensorFlow {tf.__version__}",
        photos=len(pixels),
        features_max=float(reference.max()),
        features_mean=float(reference.mean()),
        comparisons=tuple(comparisons),
    )
    return result, folder.skipped + unreadable


def compare(precision: str, reference: np.ndarray, features: np.ndarray) -> Comparison:
    """Compares feature maps [n,...] with the reference's, in float64."""
    expected = reference.reshape(len(reference), -1).astype(np.float64)
    actual = features.reshape(len(features), -1).astype(np.float64)
    difference = np.abs(actual - expected)
    norms = np.linalg.norm(actual, axis=1) * np.linalg.norm(expected, axis=1)
    cosines = (actual * expected).sum(axis=1) / norms
    return Comparison(
        precision,
        max_abs=float(difference.max()),
        mean_abs=float(difference.mean()),
        cosine_mean=float(cosines.mean()),
        cosine_min=float(cosines.min()),
    )


def _keras_features(folder: Path, manifest: BackboneManifest, pixels: np.ndarray) -> np.ndarray:
    """By Keras's VGG16 with the weights of fp32.onnx."""
    fp32 = folder / verified_file(folder, manifest, "fp32").file
    weights = conv_weights(onnx.load(fp32), str(fp32))
    require_digest(weights, str(fp32), manifest.weights_sha256)
    return _in_batches("Keras", keras_backbone(weights).predict_on_batch, pixels)


def _in_batches(
    name: str, features: Callable[[np.ndarray], np.ndarray], pixels: np.ndarray
) -> np.ndarray:
    starts = progress(range(0, len(pixels), BATCH), f"{name} batches")
    return np.concatenate([features(pixels[at : at + BATCH]) for at in starts])

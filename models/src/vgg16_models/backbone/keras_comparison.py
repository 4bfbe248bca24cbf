"""`report`: how far each precision's features are from Keras's, on real photos."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
import onnx
import tensorflow as tf

from ..data.folder_listing import Skipped
from ..data.photos import in_turn, scan
from ..files import atomically
from ..manifests import BackboneManifest
from ..progress import progress
from .image_loading import read_pixels
from .inference import Backbone, verified
from .keras_reference import keras_backbone
from .onnx_weights import conv_weights
from .weights import require_digest

FP32_MAX_ABS = 1e-4
INT8_COSINE = 0.999
BATCH = 8

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Comparison:
    """Features of one precision against Keras's; the cosines are of whole maps, one a photo."""

    precision: str
    max_abs: float
    mean_abs: float
    cosine_mean: float
    cosine_min: float

    def failure(self) -> str | None:
        """What is outside the limits, in words; NaN is."""
        if self.precision == "fp32" and not self.max_abs <= FP32_MAX_ABS:
            return f"fp32 differs from Keras by {self.max_abs:.2e}, more than {FP32_MAX_ABS:.0e}"
        if self.precision == "int8" and not self.cosine_min >= INT8_COSINE:
            return f"int8's smallest cosine is {self.cosine_min:.5f}, less than {INT8_COSINE}"
        return None


@dataclass(frozen=True)
class Report:
    """What was compared, how large Keras's features are, and what came out."""

    backbone: str
    reference: str
    photos: int
    features_max: float
    features_mean: float
    comparisons: tuple[Comparison, ...]

    def failures(self) -> list[str]:
        return [failure for each in self.comparisons if (failure := each.failure())]

    def markdown(self) -> str:
        rows = [
            f"| {c.precision} | {c.max_abs:.2e} | {c.mean_abs:.2e} "
            f"| {c.cosine_mean:.6f} | {c.cosine_min:.6f} |"
            for c in self.comparisons
        ]
        return "\n".join(
            [
                f"# {self.backbone}: features against Keras",
                "",
                f"{self.photos} photos through {self.reference}. Keras's features are between 0 "
                f"and {self.features_max:.2f}, {self.features_mean:.3f} on average.",
                "",
                "| precision | largest difference | mean difference | mean cosine | least cosine |",
                "| --- | --- | --- | --- | --- |",
                *rows,
                "",
            ]
        )

    def write(self, folder: Path) -> None:
        """Writes `precision.md` and `precision.json`."""
        atomically(folder / "precision.md", self.markdown().encode())
        atomically(folder / "precision.json", (json.dumps(asdict(self), indent=2) + "\n").encode())


def report(backbone: Path, images: Path, count: int) -> tuple[Report, tuple[Skipped, ...]]:
    """Compares every precision in the manifest on `count` photos, and lists the unreadable ones.

    The photos are the last in the order that `quantize` takes the first of, so with enough photos
    int8 is judged on others than it was calibrated on.
    """
    manifest = BackboneManifest.read(backbone)
    folder = scan(images)
    pixels, unreadable = read_pixels(in_turn(folder.photos[::-1]), count, manifest.preprocessing)

    fp32 = backbone / verified(backbone, manifest, "fp32").file
    weights = conv_weights(onnx.load(fp32), str(fp32))
    require_digest(weights, str(fp32), manifest.weights_sha256)
    model = keras_backbone(weights)
    reference = _run("Keras", model.predict_on_batch, pixels)

    comparisons = [
        compare(precision, reference, _run(precision, Backbone.load(backbone, precision), pixels))
        for precision in manifest.files
    ]
    made = Report(
        backbone=manifest.id,
        reference=f"Keras {keras.__version__} on TensorFlow {tf.__version__}",
        photos=len(pixels),
        features_max=float(reference.max()),
        features_mean=float(reference.mean()),
        comparisons=tuple(comparisons),
    )
    return made, folder.skipped + unreadable


def compare(precision: str, reference: np.ndarray, features: np.ndarray) -> Comparison:
    """Compares maps [n,...] with the reference's, in float64."""
    wanted = reference.reshape(len(reference), -1).astype(np.float64)
    given = features.reshape(len(features), -1).astype(np.float64)
    difference = np.abs(given - wanted)
    norms = np.linalg.norm(given, axis=1) * np.linalg.norm(wanted, axis=1)
    cosines = (given * wanted).sum(axis=1) / norms
    return Comparison(
        precision,
        max_abs=float(difference.max()),
        mean_abs=float(difference.mean()),
        cosine_mean=float(cosines.mean()),
        cosine_min=float(cosines.min()),
    )


def _run(what: str, features: Callable[[np.ndarray], np.ndarray], pixels: np.ndarray) -> np.ndarray:
    """Features of all the pixels, a batch at a time."""
    starts = progress(range(0, len(pixels), BATCH), f"{what} batches")
    return np.concatenate([features(pixels[at : at + BATCH]) for at in starts])

"""Comparison of distances for novelty detection: docs/adr/0010-novelty.md.

    python models/experiments/novelty.py --images IMAGES --others FOLDER

IMAGES has one sub-folder per class; the photos held out from training are the inliers.
FOLDER has other images, such as those of scikit-image without its cat.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from vgg16_models.backbone.inference import Backbone
from vgg16_models.backbone.preprocessing import preprocess
from vgg16_models.data.photos import scan
from vgg16_models.data.split import split
from vgg16_models.data.synthetic_images import GENERATORS
from vgg16_models.features.cache import FeatureCache
from vgg16_models.features.extractors import LocalExtractor
from vgg16_models.features.statistics import HELD_OUT_QUANTILE, MIN_RELATIVE_STD
from vgg16_models.progress import progress

BACKBONE = Path("models/backbones/vgg16-160")
CACHE = Path("models/.cache")
EACH = 40

Transform = Callable[[np.ndarray], np.ndarray]
Distance = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Features:
    """Pooled feature maps [n,512]."""

    train: np.ndarray
    held_out: np.ndarray
    synthetic: dict[str, np.ndarray]
    """By generator."""
    others: np.ndarray


def standardized(transform: Transform) -> Callable[[np.ndarray], Distance]:
    """Root mean square over the channels, in standard deviations."""

    def fitted(train: np.ndarray) -> Distance:
        features = transform(train)
        mean, variance = features.mean(axis=0), features.var(axis=0)
        variance = np.maximum(variance, MIN_RELATIVE_STD**2 * variance.mean())
        return lambda pooled: np.sqrt((np.square(transform(pooled) - mean) / variance).mean(axis=1))

    return fitted


def cosine(transform: Transform) -> Callable[[np.ndarray], Distance]:
    """1 - cosine similarity to the mean."""

    def fitted(train: np.ndarray) -> Distance:
        mean = unit(transform(train).mean(axis=0, keepdims=True))[0]
        return lambda pooled: 1 - unit(transform(pooled)) @ mean

    return fitted


def mahalanobis(transform: Transform, shrinkage: float) -> Callable[[np.ndarray], Distance]:
    """With the full covariance, shrunk towards its diagonal."""

    def fitted(train: np.ndarray) -> Distance:
        features = transform(train)
        mean, covariance = features.mean(axis=0), np.cov(features.T)
        covariance = (1 - shrinkage) * covariance + shrinkage * np.diag(np.diag(covariance))
        whitening = np.linalg.inv(np.linalg.cholesky(covariance))
        return lambda pooled: np.sqrt(
            np.square((transform(pooled) - mean) @ whitening.T).mean(axis=1)
        )

    return fitted


def low_rank(transform: Transform, rank: int) -> Callable[[np.ndarray], Distance]:
    """The residual after the first principal components."""

    def fitted(train: np.ndarray) -> Distance:
        features = transform(train)
        mean, deviation = features.mean(axis=0), features.std(axis=0)
        components = np.linalg.svd((features - mean) / deviation, full_matrices=False)[2][:rank]

        def distance(pooled: np.ndarray) -> np.ndarray:
            scaled = (transform(pooled) - mean) / deviation
            return np.sqrt(np.square(scaled - scaled @ components.T @ components).mean(axis=1))

        return distance

    return fitted


def plain(pooled: np.ndarray) -> np.ndarray:
    return pooled


def unit(pooled: np.ndarray) -> np.ndarray:
    return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)


def root(degree: int) -> Transform:
    return lambda pooled: pooled ** (1 / degree)


def unit_root(degree: int) -> Transform:
    return lambda pooled: unit(pooled ** (1 / degree))


MEASURES = {
    "z": standardized(plain),
    "z of unit vectors": standardized(unit),
    "z of log(1 + x)": standardized(np.log1p),
    "z of square roots": standardized(root(2)),
    "z of fourth roots": standardized(root(4)),
    "z of unit square roots": standardized(unit_root(2)),
    "z of unit cube roots": standardized(unit_root(3)),
    "z of unit fourth roots": standardized(unit_root(4)),
    "z of unit eighth roots": standardized(unit_root(8)),
    "cosine to the mean": cosine(plain),
    "cosine, square roots": cosine(root(2)),
    "Mahalanobis": mahalanobis(plain, 0.1),
    "Mahalanobis, square roots": mahalanobis(root(2), 0.1),
    "beside 64 components": low_rank(plain, 64),
    "beside 64 components, square roots": low_rank(root(2), 64),
}


@dataclass(frozen=True)
class Separation:
    """How well a distance separates images from the held-out photos."""

    auroc: float
    flagged: float

    @classmethod
    def of(cls, inside: np.ndarray, outside: np.ndarray, threshold: float) -> Separation:
        return cls(auroc(inside, outside), float((outside > threshold).mean()))

    @classmethod
    def mean(cls, separations: Iterable[Separation]) -> Separation:
        all_separations = list(separations)
        return cls(
            float(np.mean([each.auroc for each in all_separations])),
            float(np.mean([each.flagged for each in all_separations])),
        )

    def __str__(self) -> str:
        return f"{self.auroc:.4f}, {self.flagged:.0%}"


def auroc(inside: np.ndarray, outside: np.ndarray) -> float:
    """The probability that an outlier is farther than an inlier."""
    return float((outside[:, None] > inside).mean() + (outside[:, None] == inside).mean() / 2)


def pooled(backbone: Backbone, images: Iterable[bytes]) -> np.ndarray:
    maps = [backbone(preprocess(image)[np.newaxis])[0] for image in images]
    return np.stack(maps).mean((1, 2), dtype=np.float64)


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "png")
    return out.getvalue()


def load_features(images: Path, others: Path, seed: int) -> Features:
    backbone = Backbone.load(BACKBONE, "fp32")
    maps, _ = FeatureCache(LocalExtractor(backbone), CACHE).feature_maps(scan(images).photos)
    photos = split(maps)
    train, held_out = (
        np.stack([maps[photo].mean((0, 1), dtype=np.float64) for photo in part])
        for part in (photos.train, photos.validation + photos.test)
    )
    random = np.random.default_rng(seed)
    synthetic = {
        kind.__name__.replace("_", " "): pooled(
            backbone, (png(Image.fromarray(kind(random))) for _ in range(EACH))
        )
        for kind in progress(GENERATORS, "generators")
    }
    files = [path for path in sorted(others.iterdir()) if path.suffix in {".jpg", ".png"}]
    return Features(
        train, held_out, synthetic, pooled(backbone, (png(Image.open(path)) for path in files))
    )


def table(features: Features) -> Iterable[Sequence[str]]:
    """Of each distance: the area under the ROC curve, and the fraction above the threshold."""
    yield ["distance", "threshold", "all kinds", "hardest kind", "others"]
    yield ["---"] * 5
    for name, measure in MEASURES.items():
        distance = measure(features.train)
        inside = distance(features.held_out)
        threshold = float(np.quantile(inside, HELD_OUT_QUANTILE))
        separations = {
            kind: Separation.of(inside, distance(outside), threshold)
            for kind, outside in features.synthetic.items()
        }
        hardest = min(separations, key=lambda kind: separations[kind].auroc)
        others = Separation.of(inside, distance(features.others), threshold)
        mean = Separation.mean(separations.values())
        yield [
            name,
            f"{threshold:.3f}",
            f"{mean}",
            f"{separations[hardest]} {hardest}",
            f"{others}",
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--others", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for row in table(load_features(options.images, options.others, options.seed)):
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()

"""Which signals of unlabelled traffic tell that a head loses accuracy: docs/accuracy.md.

    python models/experiments/drift.py --images IMAGES --target localhost:50051

The photos that were held back from the head's training are changed in several ways. A running
service computes their maps, and the head in models/heads scores these. IMAGES must be the photos
that the head was trained on, one sub-folder a class.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from vgg16_models.data.decoder import decode_image
from vgg16_models.data.photos import Photo, scan
from vgg16_models.data.split import split
from vgg16_models.errors import UndecodableError
from vgg16_models.feature_service import FeatureService
from vgg16_models.features.statistics import FeatureStatistics, normalize
from vgg16_models.graph.session import create_session
from vgg16_models.heads.manifest import HeadManifest
from vgg16_models.progress import progress

HEAD = Path("models/heads/cats-vs-dogs/1")
Change = Callable[[Image.Image], Image.Image]


def crop(image: Image.Image) -> Image.Image:
    """The middle, half as wide and half as high."""
    width, height = image.size
    return image.crop((width // 4, height // 4, width - width // 4, height - height // 4))


def small_on_grey(image: Image.Image) -> Image.Image:
    """A third as wide and as high, within a grey frame."""
    width, height = image.size
    frame = Image.new("RGB", image.size, (128, 128, 128))
    frame.paste(image.resize((max(1, width // 3), max(1, height // 3))), (width // 3, height // 3))
    return frame


def jpeg_5(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=5)
    return Image.open(buffer).convert("RGB")


def noise(image: Image.Image) -> Image.Image:
    """Gaussian, a standard deviation of 40 of 255."""
    pixels = np.asarray(image, np.float32)
    noisy = pixels + np.random.default_rng(1).normal(0, 40, pixels.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


CHANGES: dict[str, Change] = {
    "as they are": lambda image: image,
    "turned by 90 degrees": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "turned by 180 degrees": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "turned by 15 degrees": lambda image: image.rotate(15, Image.Resampling.BILINEAR),
    "blurred, radius 3": lambda image: image.filter(ImageFilter.GaussianBlur(3)),
    "blurred, radius 8": lambda image: image.filter(ImageFilter.GaussianBlur(8)),
    "grey": lambda image: ImageOps.grayscale(image).convert("RGB"),
    "half of the brightness": lambda image: ImageEnhance.Brightness(image).enhance(0.5),
    "a quarter of the brightness": lambda image: ImageEnhance.Brightness(image).enhance(0.25),
    "an eighth of the brightness": lambda image: ImageEnhance.Brightness(image).enhance(0.125),
    "the middle half": crop,
    "a third of the size, in a frame": small_on_grey,
    "negatives": ImageOps.invert,
    "red and blue exchanged": lambda image: Image.merge("RGB", image.split()[::-1]),
    "a JPEG quality of 5": jpeg_5,
    "noise": noise,
}


@dataclass(frozen=True, eq=False)
class Scored:
    """Maps averaged over height and width, [n,512], scores [n,labels] and whether each is right."""

    maps: np.ndarray
    scores: np.ndarray
    correct: np.ndarray
    labels: np.ndarray

    @property
    def top(self) -> np.ndarray:
        return self.scores.max(axis=1)

    def only(self, label: str) -> Scored:
        return self._where(self.labels == label)

    def _where(self, mask: np.ndarray) -> Scored:
        return Scored(self.maps[mask], self.scores[mask], self.correct[mask], self.labels[mask])


@dataclass(frozen=True)
class Signals:
    """What can be seen without labels, and the accuracy."""

    accuracy: float
    drift: float
    """Distance of the mean map from the training's."""
    novel: float
    """Share above the novelty threshold."""
    mean_score: float
    """Of the predicted label."""
    unsure: float
    """Share of predicted labels with a score below 0.9."""
    class_shift: float
    """Half the sum of differences between the shares of predicted labels and those of the photos as
    they are: 0 where they are the same, 1 where they have nothing in common."""
    score_shift: float
    """Population stability index of the predicted label's score, in ten bins of equal count."""


def signals(scored: Scored, usual: Scored, statistics: FeatureStatistics) -> Signals:
    maps = scored.maps[:, np.newaxis, np.newaxis]
    mean = normalize(maps).mean(axis=0)
    squares = np.square(mean - np.array(statistics.mean)) / np.array(statistics.variance)
    return Signals(
        float(scored.correct.mean()),
        float(np.sqrt(squares.mean())),
        float((statistics.distances(maps) > statistics.novelty_threshold).mean()),
        float(scored.top.mean()),
        float((scored.top < 0.9).mean()),
        float(np.abs(shares(scored) - shares(usual)).sum() / 2),
        stability_index(usual.top, scored.top),
    )


def shares(scored: Scored) -> np.ndarray:
    classes = scored.scores.shape[1]
    return np.bincount(scored.scores.argmax(axis=1), minlength=classes) / len(scored.scores)


def stability_index(usual: np.ndarray, now: np.ndarray, bins: int = 10) -> float:
    edges = np.quantile(usual, np.linspace(0, 1, bins + 1)[1:-1])
    ours, theirs = (
        (np.bincount(np.searchsorted(edges, each), minlength=bins) + 0.5) / (len(each) + bins / 2)
        for each in (usual, now)
    )
    return float(((theirs - ours) * np.log(theirs / ours)).sum())


def changed(photos: Sequence[Photo], change: Change) -> Iterator[tuple[Photo, bytes]]:
    for photo in photos:
        buffer = io.BytesIO()
        image = Image.fromarray(decode_image(photo.path.read_bytes()))
        change(image).save(buffer, "PNG", compress_level=1)
        yield photo, buffer.getvalue()


def score(service: FeatureService, photos: Sequence[Photo], change: Change, head: Path) -> Scored:
    session = create_session(head / "head.onnx")
    labels = HeadManifest.read_raw(head)["labels"]
    maps: dict[Photo, np.ndarray] = {}
    for photo, values in progress(service.extract(changed(photos, change)), "maps", len(photos)):
        if isinstance(values, UndecodableError):
            raise values
        maps[photo] = values
    features = np.stack([maps[photo] for photo in photos])
    (scores,) = session.run(None, {"features": features})
    truth = np.array([photo.label for photo in photos])
    predicted = np.array(labels)[scores.argmax(axis=1)]
    return Scored(features.mean(axis=(1, 2)), scores, predicted == truth, truth)


def measure(service: FeatureService, images: Path, head: Path) -> dict[str, Signals]:
    parts = split(scan(images).photos)
    photos = parts.validation + parts.test
    raw = HeadManifest.read_raw(head)["features"]
    statistics = FeatureStatistics(**raw)
    scored = {name: score(service, photos, change, head) for name, change in CHANGES.items()}
    usual = scored["as they are"]
    for label in sorted(set(usual.labels)):
        scored[f"{label} alone"] = usual.only(label)
    return {name: signals(each, usual, statistics) for name, each in scored.items()}


def table(found: dict[str, Signals]) -> Iterator[str]:
    usual = found["as they are"]
    header = (
        "photos",
        "accuracy",
        "loss, points",
        "drift",
        "novel",
        "mean score",
        "below 0.9",
        "classes",
        "stability index",
    )
    yield from (" | ".join(("", *row, "")).strip() for row in (header, ["---"] * len(header)))
    for name, each in sorted(found.items(), key=lambda item: -item[1].accuracy):
        row = (
            name,
            f"{each.accuracy:.3f}",
            f"{100 * (usual.accuracy - each.accuracy):.1f}",
            f"{each.drift:.2f}",
            f"{each.novel:.1%}",
            f"{each.mean_score:.3f}",
            f"{each.unsure:.1%}",
            f"{each.class_shift:.2f}",
            f"{each.score_shift:.2f}",
        )
        yield " | ".join(("", *row, "")).strip()


def ranks(found: dict[str, Signals]) -> Iterator[str]:
    """How well each signal orders the changes by the accuracy that they cost (Spearman)."""
    from scipy.stats import spearmanr

    loss = [-each.accuracy for each in found.values()]
    for name in ("drift", "novel", "mean_score", "unsure", "class_shift", "score_shift"):
        values = [getattr(each, name) for each in found.values()]
        correlation = spearmanr(values, loss).statistic
        yield f"| {name} | {correlation:+.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--target", default="localhost:50051")
    parser.add_argument("--head", type=Path, default=HEAD)
    options = parser.parse_args()
    found = measure(FeatureService(options.target), options.images, options.head)
    print(*table(found), *ranks(found), sep="\n")


if __name__ == "__main__":
    main()

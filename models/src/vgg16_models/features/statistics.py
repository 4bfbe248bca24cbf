"""Statistics of the features of a head's training photos, and the distance of others from them.

Computed of the mean over height and width, normalized first because ReLU features are skewed: few
are large, and images out of distribution differ in many small ones (docs/adr/0010-novelty.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NORMALIZATION = "fourth-root-l2"
"""The signed fourth root of each channel, divided by the L2 norm over the channels."""

HELD_OUT_QUANTILE = 0.99
"""The threshold is this quantile of the distances of the held-out photos."""

MIN_RELATIVE_STD = 0.2
"""Lower limit of a channel's standard deviation, relative to the root mean square over all
channels: channels that are almost constant in training must not dominate the distance."""


@dataclass(frozen=True)
class FeatureStatistics:
    """Mean and variance of each channel over the training photos, all [channels]."""

    normalization: str
    novelty_threshold: float
    mean: tuple[float, ...]
    variance: tuple[float, ...]
    expected_score: float | None = None
    """The mean score of the predicted label over the held-out photos: a head whose traffic scores
    less is losing accuracy (docs/accuracy.md)."""

    @classmethod
    def of(
        cls, train: np.ndarray, held_out: np.ndarray, scores: np.ndarray | None = None
    ) -> FeatureStatistics:
        """Of maps [n,height,width,channels] of the training photos and of the held-out photos, and
        the head's scores [n,labels] of the latter."""
        features = normalize(train)
        variance = features.var(axis=0)
        variance = np.maximum(variance, MIN_RELATIVE_STD**2 * variance.mean())
        mean, variance = _rounded(features.mean(axis=0)), _rounded(variance)
        distances = _distances(normalize(held_out), np.array(mean), np.array(variance))
        (threshold,) = _rounded(np.quantile(distances, HELD_OUT_QUANTILE, keepdims=True))
        expected = None
        if scores is not None:
            (expected,) = _rounded(scores.max(axis=1).mean(keepdims=True))
        return cls(NORMALIZATION, threshold, mean, variance, expected)

    def distances(self, maps: np.ndarray) -> np.ndarray:
        """[n]: root mean square over the channels, in standard deviations of the training set."""
        return _distances(normalize(maps), np.array(self.mean), np.array(self.variance))


def normalize(maps: np.ndarray) -> np.ndarray:
    """[n,height,width,channels] to [n,channels] float64 of L2 norm 1; zeros stay zeros."""
    pooled = maps.mean(axis=(1, 2), dtype=np.float64)
    roots = np.copysign(np.sqrt(np.sqrt(np.abs(pooled))), pooled)
    lengths = np.linalg.norm(roots, axis=1, keepdims=True)
    return np.divide(roots, lengths, out=np.zeros_like(roots), where=lengths > 0)


def _distances(features: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    return np.sqrt((np.square(features - mean) / variance).mean(axis=1))


def _rounded(values: np.ndarray) -> tuple[float, ...]:
    """To six significant digits, which halves the size of the manifest."""
    return tuple(float(f"{value:.6g}") for value in values)

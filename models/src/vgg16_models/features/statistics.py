"""What the features of a head's training photos are like, and how unlike them others are.

Only the mean over height and width counts. It is normalized first, as ReLU features are skewed: few
are large, and what is no photo of the kind shows in many small ones (docs/adr/0010-novelty.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NORMALIZATION = "fourth-root-l2"
"""Each channel's fourth root with its sign, then all of them divided by their L2 norm."""

HELD_BACK = 0.99
"""Share of the photos held back from training that stay below the threshold."""

FLOOR = 0.2
"""Least standard deviation of a channel, as a share of the root mean square of all of them: a
channel that few training photos stir must not outweigh the others."""


@dataclass(frozen=True)
class FeatureStatistics:
    """Mean and variance of each channel over the training photos, all [channels]."""

    normalization: str
    novelty_threshold: float
    mean: tuple[float, ...]
    variance: tuple[float, ...]

    @classmethod
    def of(cls, train: np.ndarray, held_back: np.ndarray) -> FeatureStatistics:
        """From maps [n,height,width,channels] of the photos trained on, and of those held back."""
        features = normalized(train)
        variance = features.var(axis=0)
        variance = np.maximum(variance, FLOOR**2 * variance.mean())
        mean, variance = _rounded(features.mean(axis=0)), _rounded(variance)
        distances = _distances(normalized(held_back), np.array(mean), np.array(variance))
        (threshold,) = _rounded(np.quantile(distances, HELD_BACK, keepdims=True))
        return cls(NORMALIZATION, threshold, mean, variance)

    def distances(self, maps: np.ndarray) -> np.ndarray:
        """[n]: root mean square over the channels, in the training photos' standard deviations."""
        return _distances(normalized(maps), np.array(self.mean), np.array(self.variance))


def normalized(maps: np.ndarray) -> np.ndarray:
    """[n,height,width,channels] to [n,channels] float64 of length 1; a map of zeros stays so."""
    pooled = maps.mean(axis=(1, 2), dtype=np.float64)
    roots = np.copysign(np.sqrt(np.sqrt(np.abs(pooled))), pooled)
    lengths = np.linalg.norm(roots, axis=1, keepdims=True)
    return np.divide(roots, lengths, out=np.zeros_like(roots), where=lengths > 0)


def _distances(features: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    return np.sqrt((np.square(features - mean) / variance).mean(axis=1))


def _rounded(values: np.ndarray) -> tuple[float, ...]:
    """To six digits: enough for distances, and half the size in a manifest."""
    return tuple(float(f"{value:.6g}") for value in values)

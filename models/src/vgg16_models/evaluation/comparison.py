"""Two heads on the same photos: is one of them better, and by how much?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from ..errors import ModelsError
from .evaluate import Evaluation
from .predictions import Predictions

RESAMPLES = 10_000
SEED = 7
SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class Difference:
    """The second head's value less the first's, with the 95% interval of a paired bootstrap."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """`first` and `second` have the same photos in the same order."""

    first: Evaluation
    second: Evaluation
    accuracy: Difference
    log_loss: Difference | None
    """None where the heads have other labels."""

    @property
    def only_first(self) -> np.ndarray:
        """The indices of the photos that only the first head gets right."""
        return np.flatnonzero(self._correct(self.first) & ~self._correct(self.second))

    @property
    def only_second(self) -> np.ndarray:
        return np.flatnonzero(self._correct(self.second) & ~self._correct(self.first))

    @property
    def both(self) -> int:
        return int((self._correct(self.first) & self._correct(self.second)).sum())

    @property
    def neither(self) -> int:
        return int((~self._correct(self.first) & ~self._correct(self.second)).sum())

    @property
    def p_value(self) -> float:
        """McNemar's exact test: how often two equally good heads would differ by as much."""
        differing = len(self.only_first) + len(self.only_second)
        return float(binomtest(len(self.only_first), differing).pvalue) if differing else 1.0

    @property
    def verdict(self) -> str:
        count = self.first.predictions.accuracy.count
        if self.p_value >= SIGNIFICANCE:
            return f"{count} photos do not tell which head is the more accurate"
        better = self.second if self.accuracy.value > 0 else self.first
        return f"{better} is the more accurate head on these {count} photos"

    @staticmethod
    def _correct(evaluation: Evaluation) -> np.ndarray:
        return evaluation.predictions.correct


def compare(first: Evaluation, second: Evaluation) -> Comparison:
    """Raises ModelsError when they are evaluations of one head, or of other photos."""
    if str(first) == str(second):
        raise ModelsError(f"both heads are {first}: name another version, as NAME@VERSION")
    ours, theirs = first.predictions, second.predictions
    if not (isinstance(ours, Predictions) and isinstance(theirs, Predictions)):
        raise ModelsError("heads that give an image several labels are not compared: evaluate each")
    if ours.photos != theirs.photos:
        raise ModelsError(f"{first} and {second} scored other photos: some changed meanwhile")
    same_labels = set(ours.labels) == set(theirs.labels)
    return Comparison(
        first,
        second,
        _difference(theirs.correct.astype(float) - ours.correct),
        _difference(_losses(theirs) - _losses(ours)) if same_labels else None,
    )


def _losses(predictions: Predictions) -> np.ndarray:
    """The negative logarithm of the true label's score, [n]."""
    scores = predictions.scores[np.arange(len(predictions.targets)), predictions.targets]
    return -np.log(np.maximum(scores.astype(np.float64), np.finfo(np.float32).tiny))


def _difference(differences: np.ndarray) -> Difference:
    """The mean, and its interval over resampled photos."""
    random = np.random.default_rng(SEED)
    count = len(differences)
    means = np.array(
        [differences[random.integers(0, count, count)].mean() for _ in range(RESAMPLES)]
    )
    low, high = np.quantile(means, [0.025, 0.975])
    return Difference(float(differences.mean()), float(low), float(high))

"""Calibration of scores by one temperature (Guo et al., 2017, arXiv:1706.04599).

The logits are divided by it before the softmax or sigmoid: the order of the scores stays, and so
does the accuracy.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit, log_softmax, softmax

LIMITS = (0.05, 20.0)
DECIMALS = 4


def fit_temperature(logits: np.ndarray, targets: np.ndarray, *, multi_label: bool) -> float:
    """The temperature of the lowest log loss for logits and targets, both [n,labels].

    Targets are moved from 0 and 1 by what n photos can't tell, 1 / (n + 2), as by Platt (1999): a
    few photos that are all classified correctly must not make every score certain.
    """
    count = len(targets)
    certainty = (count + 1) / (count + 2)
    if multi_label:
        expected = targets * certainty + (1 - targets) * (1 - certainty)
    else:
        labels = targets.shape[1]
        others = (1 - certainty) / max(labels - 1, 1)
        expected = targets * certainty + (1 - targets) * others
    wide = logits.astype(np.float64)
    found = minimize_scalar(
        lambda exponent: _log_loss(wide / np.exp(exponent), expected, multi_label),
        bounds=np.log(LIMITS),
        method="bounded",
    )
    return round(float(np.exp(found.x)), DECIMALS)


def scores(logits: np.ndarray, temperature: float, *, multi_label: bool) -> np.ndarray:
    """Softmax or sigmoid of logits divided by the temperature, [n,labels] float32."""
    divided = logits / np.float32(temperature)
    return expit(divided) if multi_label else softmax(divided, axis=1)


def _log_loss(logits: np.ndarray, targets: np.ndarray, multi_label: bool) -> float:
    if multi_label:
        return float(-(targets * log_expit(logits) + (1 - targets) * log_expit(-logits)).mean())
    return float(-(targets * log_softmax(logits, axis=1)).sum(axis=1).mean())

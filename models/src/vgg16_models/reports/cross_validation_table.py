"""The table of a cross-validation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..training.cross_validation import CrossValidation

HEADER = (
    "recipe",
    "accuracy, %",
    "log loss",
    "more than the first",
    "calibration error",
    "log loss, calibration error without temperature",
    "epochs",
)


def markdown(results: Mapping[str, CrossValidation]) -> str:
    """A row a recipe, the lowest log loss first.

    Differences are taken photo by photo, with their standard errors.
    """
    ordered = sorted(results.items(), key=lambda each: each[1].losses.mean())
    best = ordered[0][1]
    rows = [HEADER, ["---"] * len(HEADER), *(_row(name, each, best) for name, each in ordered)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(name: str, result: CrossValidation, best: CrossValidation) -> tuple[str, ...]:
    difference = ""
    if result is not best:
        more = result.losses - best.losses
        error = more.std(ddof=1) / np.sqrt(more.size)
        difference = f"{more.mean():+.4f} ± {error:.4f}"
    return (
        name,
        f"{result.correct.mean() * 100:.2f} (spread {result.accuracy_spread * 100:.2f})",
        f"{result.losses.mean():.4f}",
        difference,
        f"{result.calibration_error():.4f}",
        f"{result.uncalibrated_log_loss:.4f}, {result.calibration_error(calibrated=False):.4f}",
        f"{min(result.epochs)} to {max(result.epochs)}",
    )

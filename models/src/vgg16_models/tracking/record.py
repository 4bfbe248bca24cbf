"""What is recorded of a training, whoever keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..training.fit import LearningCurves
from ..training.train import TrainingResult

PARTS = ("train", "validation")


@dataclass(frozen=True)
class Metric:
    """A figure of one part of the photos."""

    part: str
    """One of PARTS."""
    name: str
    """`log_loss` or `accuracy`."""
    value: float


@dataclass(frozen=True)
class Record:
    """Names are those of head.json; the parts of a nested one are separated by a slash."""

    name: str
    """NAME@VERSION."""
    parameters: dict[str, str]
    """The recipe, and what it was applied to."""
    epochs: tuple[tuple[Metric, ...], ...]
    """After each epoch."""
    test: dict[str, float]
    """Of the weights that were kept, those of `best_epoch`."""
    best_epoch: int
    """Counted from 1."""
    tags: dict[str, str]
    """The digest of the photos, and the revision of this project."""

    @classmethod
    def of(cls, result: TrainingResult) -> Record:
        manifest, training = result.manifest, result.manifest.training
        applied_to = {
            "backbone": manifest.backbone,
            "precision": training["precision"],
            "labels": ", ".join(manifest.labels),
            "images": training["images"],
        }
        return cls(
            name=str(result.head),
            parameters=_flat({**training["recipe"], **applied_to}),
            epochs=_epochs(result.curves),
            test={
                name: float(value)
                for name, value in training.items()
                if name.startswith("test_") and isinstance(value, int | float)
            },
            best_epoch=result.curves.best_epoch,
            tags=_flat({"data": training["data"]["sha256"], "revision": training["revision"]}),
        )


def _epochs(curves: LearningCurves) -> tuple[tuple[Metric, ...], ...]:
    columns = (
        ("train", "log_loss", curves.loss),
        ("validation", "log_loss", curves.validation_loss),
        ("train", "accuracy", curves.accuracy),
        ("validation", "accuracy", curves.validation_accuracy),
    )
    return tuple(
        tuple(Metric(part, name, values[epoch]) for part, name, values in columns)
        for epoch in range(curves.epochs)
    )


def _flat(entries: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Of nested entries one each; without those that are unknown."""
    flat: dict[str, str] = {}
    for name, value in entries.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}/")
        elif value is not None:
            flat[prefix + name] = str(value)
    return flat

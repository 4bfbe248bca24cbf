"""How a head is built and trained, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import ModelsError
from ..heads.architecture import HeadArchitecture

SCHEDULES = ("constant", "cosine", "plateau")
"""Of the learning rate: constant; falling to 0 over the epochs, as half a cosine; or halved where
the validation loss has not become lower for half of the patience."""


@dataclass(frozen=True)
class Recipe:
    """The hyperparameters; the same recipe and photos give the same head on the same machine."""

    architecture: HeadArchitecture = field(default_factory=HeadArchitecture)
    seed: int = 7
    epochs: int = 100
    """At most."""
    patience: int = 10
    """Epochs without a better validation loss before training stops."""
    batch: int = 32
    learning_rate: float = 3e-4
    class_weights: bool = False
    """Whether the loss is weighted so that each label counts the same."""
    flip: bool = False
    """Whether the head is also trained on the horizontal flip of each training photo."""

    l2: float = 0.0
    """Factor of the penalty on the squared weights of the dense layers."""
    label_smoothing: float = 0.0
    """The part of each target that is spread evenly over all labels."""
    schedule: str = "constant"
    """One of SCHEDULES."""
    temperature: bool = True
    """Whether the logits are divided by a temperature that is fitted on the validation photos."""

    def __post_init__(self) -> None:
        _require(0 <= self.seed < 2**32, "seed must be between 0 and 2**32 - 1", self.seed)
        _require(self.epochs >= 1, "epochs must be 1 or more", self.epochs)
        _require(self.patience >= 1, "patience must be 1 or more", self.patience)
        _require(self.batch >= 1, "batch must be 1 or more", self.batch)
        _require(self.learning_rate > 0, "learning rate must be above 0", self.learning_rate)
        _require(0 <= self.l2 < float("inf"), "L2 must be 0 or more", self.l2)
        _require(
            0 <= self.label_smoothing < 1,
            "label smoothing must be at least 0 and below 1",
            self.label_smoothing,
        )
        _require(
            self.schedule in SCHEDULES,
            f"schedule must be one of {', '.join(SCHEDULES)}",
            self.schedule,
        )


def _require(valid: bool, requirement: str, value: object) -> None:
    if not valid:
        raise ModelsError(f"{requirement}, not {value}")

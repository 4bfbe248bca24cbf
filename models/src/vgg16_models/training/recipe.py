"""How a head is built and trained, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import ModelsError
from ..heads.architecture import HeadArchitecture


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

    def __post_init__(self) -> None:
        _require(0 <= self.seed < 2**32, "seed must be between 0 and 2**32 - 1", self.seed)
        _require(self.epochs >= 1, "epochs must be 1 or more", self.epochs)
        _require(self.patience >= 1, "patience must be 1 or more", self.patience)
        _require(self.batch >= 1, "batch must be 1 or more", self.batch)
        _require(self.learning_rate > 0, "learning rate must be above 0", self.learning_rate)


def _require(valid: bool, requirement: str, value: object) -> None:
    if not valid:
        raise ModelsError(f"{requirement}, not {value}")

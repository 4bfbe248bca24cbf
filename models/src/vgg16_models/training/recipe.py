"""How a head is built and trained, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import ModelsError

POOLS = ("gap", "flatten")
"""What a head does with a map first: the mean over height and width, or nothing but unrolling."""


@dataclass(frozen=True)
class HeadArchitecture:
    """What a head is between a map and the softmax over the classes. ModelsError if it is none."""

    pool: str = "gap"
    """One of POOLS."""
    units: int = 512
    """Of the hidden layer."""
    dropout: float = 0.0
    """Share of the hidden layer's values that a training step leaves out; 0: no such layer."""

    def __post_init__(self) -> None:
        _require(self.pool in POOLS, f"pool must be one of {', '.join(POOLS)}", self.pool)
        _require(self.units >= 1, "units must be 1 or more", self.units)
        _require(0 <= self.dropout < 1, "dropout must be at least 0 and below 1", self.dropout)


@dataclass(frozen=True)
class Recipe:
    """How a head is trained; the same recipe and photos give the same head on the same machine."""

    architecture: HeadArchitecture = field(default_factory=HeadArchitecture)
    seed: int = 7
    epochs: int = 100
    """At most."""
    patience: int = 10
    """Epochs without a better validation loss before training stops and the best one is taken."""
    batch: int = 32
    learning_rate: float = 3e-4
    class_weights: bool = False
    """Whether the photos of a rare label count for more, so that each label counts the same."""
    flip: bool = False
    """Whether the mirror image of each training photo teaches too."""

    def __post_init__(self) -> None:
        _require(0 <= self.seed < 2**32, "seed must be between 0 and 2**32 - 1", self.seed)
        _require(self.epochs >= 1, "epochs must be 1 or more", self.epochs)
        _require(self.patience >= 1, "patience must be 1 or more", self.patience)
        _require(self.batch >= 1, "batch must be 1 or more", self.batch)
        _require(self.learning_rate > 0, "learning rate must be above 0", self.learning_rate)


def _require(holds: bool, wanted: str, given: object) -> None:
    if not holds:
        raise ModelsError(f"{wanted}, not {given}")

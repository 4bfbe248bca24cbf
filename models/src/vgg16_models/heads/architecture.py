"""The layers of a head, as data."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ModelsError

POOLS = ("gap", "flatten")
"""The first layer of a head: global average pooling, or flatten."""


@dataclass(frozen=True)
class HeadArchitecture:
    """The layers between a feature map and the scores. Raises ModelsError for invalid values."""

    pool: str = "gap"
    """One of POOLS."""
    units: int = 512
    """Units of the hidden layer; 0: no such layer, a linear head."""
    dropout: float = 0.0
    """Dropout rate before the last layer; 0: no dropout layer."""

    def __post_init__(self) -> None:
        if self.pool not in POOLS:
            raise ModelsError(f"pool must be one of {', '.join(POOLS)}, not {self.pool}")
        if self.units < 0:
            raise ModelsError(f"units must be 0 or more, not {self.units}")
        if not 0 <= self.dropout < 1:
            raise ModelsError(f"dropout must be at least 0 and below 1, not {self.dropout}")

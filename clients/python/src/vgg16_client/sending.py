"""How many images are sent: options that all streams have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypedDict, TypeVar

from .errors import ConfigurationError
from .exchange import Limits
from .items import Item
from .methods import Scoring

R = TypeVar("R")

_DEFAULT = Limits()

Progress = Callable[[int, int | None], None]
"""Is called after each image with how many are done, and how many there are if that is known."""


class Sending(TypedDict, total=False):
    """How to send many images.

    timeout: seconds that one image may take, with all its attempts; default: the client's.
    in_flight: images that may be without an answer; default: the client's.
    errors: "raise", the default: an image that fails raises; "return": its item has the error.
    progress: is called after each image with how many are done, and how many there are or None.
    """

    timeout: float
    in_flight: int
    errors: Literal["raise", "return"]
    progress: Progress


class ScoringMany(Scoring, Sending, total=False):
    """What to score many images with, and how to send them."""


def split_options(options: ScoringMany) -> tuple[Scoring, Sending]:
    sending = Sending()
    scoring = Scoring()
    for name, value in options.items():
        (sending if name in Sending.__annotations__ else scoring)[name] = value  # type: ignore[literal-required]
    return scoring, sending


@dataclass(frozen=True)
class Delivery:
    """The checked options of one stream."""

    limits: Limits
    raises: bool
    progress: Progress | None

    @classmethod
    def of(cls, sending: Sending, default: Limits) -> Delivery:
        """Raises ConfigurationError for an option that is unknown or out of range."""
        if unknown := set(sending) - set(Sending.__annotations__):
            raise ConfigurationError(f"there is no option {min(unknown)}")
        errors = sending.get("errors", "raise")
        if errors not in ("raise", "return"):
            raise ConfigurationError(f"errors must be 'raise' or 'return', not {errors!r}")
        limits = checked_limits(
            sending.get("in_flight", default.in_flight),
            sending.get("timeout", default.timeout),
            default,
        )
        return cls(limits, errors == "raise", sending.get("progress"))

    def handed_out(self, item: Item[R], done: int, total: int | None) -> Item[R]:
        """The item. Raises its error where the caller wants that."""
        if self.progress is not None:
            self.progress(done, total)
        if self.raises and item.error is not None:
            raise item.error
        return item


def checked_limits(in_flight: int, timeout: float, limits: Limits = _DEFAULT) -> Limits:
    """These limits with others in two places. Raises ConfigurationError."""
    if in_flight < 1:
        raise ConfigurationError(f"in_flight must be at least 1, not {in_flight}")
    if not timeout > 0:
        raise ConfigurationError(f"timeout must be more than 0 seconds, not {timeout}")
    return replace(limits, in_flight=in_flight, timeout=timeout)

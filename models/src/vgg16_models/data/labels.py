"""What a label may be: the services send it to others, who show it and compare it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..errors import ModelsError
from ..printable import shown

LONGEST = 256
"""Characters; the services' contract has no room for more."""


def require_labels(labels: Sequence[str]) -> None:
    """Raises ModelsError unless each can be a label, and they all differ."""
    for label in labels:
        if problem := _problem(label):
            raise ModelsError(f"the label {shown(repr(label))} {problem}")
    for label, count in Counter(labels).items():
        if count > 1:
            raise ModelsError(f"the label {label} is there {count} times: each must be there once")


def _problem(label: str) -> str | None:
    if not label or label != label.strip():
        return "must not be empty, nor begin or end with a space"
    if len(label) > LONGEST:
        return f"has {len(label)} characters: at most {LONGEST} are allowed"
    if any("\ud800" <= each <= "\udfff" for each in label):
        return "is not UTF-8: rename it"
    if not all(each.isprintable() for each in label):
        return "has characters that can't be printed, such as a line break: leave them out"
    return None

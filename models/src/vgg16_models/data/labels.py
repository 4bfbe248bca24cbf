"""The rules for labels: clients display and compare them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..errors import ModelsError
from ..printable import printable

MAX_LENGTH = 256
"""Characters; the limit of the services' contract."""


def require_labels(labels: Sequence[str]) -> None:
    """Raises ModelsError unless each label is valid, and they are all different."""
    for label in labels:
        if problem := label_problem(label):
            raise ModelsError(f"the label {printable(repr(label))} {problem}")
    for label, count in Counter(labels).items():
        if count > 1:
            raise ModelsError(f"the label {label} occurs {count} times: labels must be unique")


def label_problem(label: str) -> str | None:
    """Why it is not valid, or None."""
    if not label or label != label.strip():
        return "must not be empty, nor begin or end with a space"
    if len(label) > MAX_LENGTH:
        return f"has {len(label)} characters: at most {MAX_LENGTH} are allowed"
    if any("\ud800" <= each <= "\udfff" for each in label):
        return "is not UTF-8: rename it"
    if not all(each.isprintable() for each in label):
        return "has non-printable characters, such as a line break: remove them"
    return None

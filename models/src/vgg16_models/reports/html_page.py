"""A self-contained HTML page: sections of text, tables and embedded figures."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from ..evaluation.predictions import LabelMetrics
from ..printable import printable

PAGE = "index.html"

Cell = str | int

MAX_ROWS = 20
"""Of a table, before the others are folded away."""


@dataclass(frozen=True)
class Table:
    """The first cell of each row is its header. Of more than `MAX_ROWS` rows, the first are shown,
    and all of them where the reader unfolds the table."""

    rows: Sequence[Sequence[Cell]]
    header: Sequence[str] = ()
    sortable: bool = False
    """Whether a click on a header sorts the rows by that column."""
    caption: str = ""

    @property
    def first_rows(self) -> Sequence[Sequence[Cell]]:
        return self.rows[:MAX_ROWS]

    @property
    def is_folded(self) -> bool:
        return len(self.rows) > MAX_ROWS

    @classmethod
    def of_label_metrics(cls, labels: Sequence[LabelMetrics], count: str) -> Table:
        """`count` is the header of the number of photos."""
        rows = [
            (e.label, f"{e.precision:.3f}", f"{e.recall:.3f}", f"{e.f1:.3f}", e.count)
            for e in labels
        ]
        return cls(rows, header=("label", "precision", "recall", "F1", count))


@dataclass(frozen=True)
class Figure:
    """A PNG with a caption."""

    png: bytes
    caption: str

    @property
    def uri(self) -> str:
        return "data:image/png;base64," + base64.b64encode(self.png).decode()


@dataclass(frozen=True)
class Card:
    """A photo, JPEG, with text below; `mark` is the class of its colour: "right" or "wrong"."""

    jpeg: bytes
    lines: Sequence[str]
    mark: str = ""

    @property
    def uri(self) -> str:
        return "data:image/jpeg;base64," + base64.b64encode(self.jpeg).decode()


@dataclass(frozen=True)
class CellShade:
    """A cell of a `Matrix`: a number on a background of that strength, 0 to 1."""

    number: int
    strength: float


@dataclass(frozen=True)
class Matrix:
    """Counts by true label, the rows, and predicted label."""

    labels: Sequence[str]
    rows: Sequence[Sequence[CellShade]]
    caption: str

    @classmethod
    def of(cls, labels: Sequence[str], counts: np.ndarray, caption: str) -> Matrix:
        strengths = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        rows = [
            [CellShade(int(n), float(s)) for n, s in zip(*row, strict=True)]
            for row in zip(counts, strengths, strict=True)
        ]
        return cls(labels, rows, caption)


@dataclass(frozen=True)
class Section:
    """A heading with text, tables, figures and photos."""

    heading: str
    text: str = ""
    tables: Sequence[Table] = ()
    figures: Sequence[Figure] = ()
    matrix: Matrix | None = None
    cards: Sequence[Card] = ()


def render(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    """The page. All text is escaped: HTML, and non-printable characters."""
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = printable
    template = environment.get_template("page.html")
    return template.render(title=title, subtitle=subtitle, sections=sections)

"""A self-contained HTML page: sections of text, tables and embedded figures."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..evaluation.predictions import LabelMetrics
from ..printable import printable

PAGE = "index.html"

Cell = str | int


@dataclass(frozen=True)
class Table:
    """The first cell of each row is its header."""

    rows: Sequence[Sequence[Cell]]
    header: Sequence[str] = ()

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
class Section:
    """A heading with text, tables and figures."""

    heading: str
    text: str = ""
    tables: Sequence[Table] = ()
    figures: Sequence[Figure] = ()


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

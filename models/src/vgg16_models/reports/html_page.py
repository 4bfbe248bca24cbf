"""A report as one HTML file that needs no other: sections of text, tables and pictures."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..printable import shown

Cell = str | int


@dataclass(frozen=True)
class Table:
    """Rows under a header; without one the first cell of each row names it."""

    rows: Sequence[Sequence[Cell]]
    header: Sequence[str] = ()


@dataclass(frozen=True)
class Picture:
    """A PNG, and what it shows in words."""

    png: bytes
    caption: str

    @property
    def uri(self) -> str:
        return "data:image/png;base64," + base64.b64encode(self.png).decode()


@dataclass(frozen=True)
class Section:
    """Part of a page."""

    heading: str
    text: str = ""
    tables: Sequence[Table] = ()
    pictures: Sequence[Picture] = ()


def html(title: str, lead: str, sections: Sequence[Section]) -> str:
    """The page; `lead` stands under its title. All text is escaped: marks of HTML, and
    what is not printable."""
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = shown
    return environment.get_template("page.html").render(title=title, lead=lead, sections=sections)

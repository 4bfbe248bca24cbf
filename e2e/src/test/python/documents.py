"""The Markdown documents, and the examples in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services import ROOT

MARK = re.compile(r"<!-- (run|not run): (.+?) -->")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

# What a shell or an interpreter can run.
RUNNABLE = {"sh", "bash", "python"}


@dataclass(frozen=True)
class Example:
    """A block of code in a document.

    Attributes:
        mark: "run" with the name of its test, "not run" with the reason why, or empty.
    """

    document: Path
    language: str
    code: str
    mark: str
    text: str


def documents() -> list[Path]:
    """Those for users: not the decisions, nor what belongs to a folder of tests."""
    return [
        ROOT / "README.md",
        ROOT / "SECURITY.md",
        ROOT / "models/README.md",
        *sorted((ROOT / "docs").glob("*.md")),
    ]


def examples() -> Iterator[Example]:
    """Every block of code that could be run."""
    for document in documents():
        text = document.read_text(encoding="utf-8")
        for block in FENCE.finditer(text):
            if block[1] in RUNNABLE:
                before = text[: block.start()].splitlines()
                mark = MARK.fullmatch(before[-1]) if before else None
                kind, told = (mark[1], mark[2]) if mark else ("", "")
                yield Example(document, block[1], block[2], kind, told)


def example(name: str) -> str:
    """The block that follows `<!-- run: name -->`."""
    found = [e.code for e in examples() if (e.mark, e.text) == ("run", name)]
    assert len(found) == 1, f"the documents have {len(found)} examples {name}"
    return found[0]

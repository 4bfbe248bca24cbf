"""The decisions in docs/adr have a status and a date, and an index, and name classes that exist."""

import re
from pathlib import Path

import pytest
from services import ROOT

FOLDER = ROOT / "docs/adr"
DECISIONS = sorted(FOLDER.glob("[0-9]*.md"))
HEAD = re.compile(
    r"# (?P<number>\d+)\. (?P<title>.+)\n\n"
    r"- Status: (?P<status>(proposed|accepted|superseded by).*)\n"
    r"- Date: (?P<date>\d{4}-\d{2}-\d{2})\n\n"
)


def head(decision: Path) -> re.Match[str]:
    match = HEAD.match(decision.read_text())
    assert match, f"{decision.name} does not begin with a title, a status and a date"
    return match


def test_the_index_has_each_in_order() -> None:
    rows = re.findall(r"^\| \d+ \|.*$", (FOLDER / "README.md").read_text(), re.M)
    assert rows == [
        f"| {head(file)['number']} | [{head(file)['title']}]({file.name})"
        f" | {head(file)['status']} | {head(file)['date']} |"
        for file in DECISIONS
    ]


def test_they_are_numbered_without_a_gap() -> None:
    assert [int(file.name[:4]) for file in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    assert [int(head(file)["number"]) for file in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda file: file.name[:4])
def test_classes_that_it_names_by_package_exist(decision: Path) -> None:
    for package, name in re.findall(r"`((?:[a-z]+\.)+)([A-Z]\w+)`", decision.read_text()):
        if package.startswith("google."):
            continue
        folder = package.replace(".", "/")
        found = list(ROOT.glob(f"*/src/main/java/**/{folder}{name}.java"))
        assert found, f"there is no {package}{name}"

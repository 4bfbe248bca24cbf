"""docs/configuration.md has the options of `vgg16-models`: `make configuration-docs`."""

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path

from vgg16_models.cli import _parser

PAGE = Path(__file__).resolve().parents[3] / "docs/configuration.md"
BEGIN = "<!-- options: vgg16-models -->\n"
END = "<!-- /options -->"

# Of an option: its name with what it takes, its default, what it means.
Row = tuple[str, str, str]


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (chosen,) = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return chosen.choices


def rows(parser: argparse.ArgumentParser) -> Iterator[Row]:
    for action in parser._actions:
        if action.option_strings and not isinstance(action, argparse._HelpAction):
            yield row(action)


def row(action: argparse.Action) -> Row:
    meaning = (action.help or "") % (vars(action) | {"prog": "vgg16-models"})
    default = ""
    if isinstance(action, argparse._StoreTrueAction):
        default = "off"
    elif action.required:
        default = "required"
    elif action.default is not None:
        default = str(action.default)
        meaning = meaning.removesuffix(f" ({default})")
    takes = "" if action.nargs == 0 else " " + (action.metavar or value(action))
    return action.option_strings[-1] + takes, default, meaning


def value(action: argparse.Action) -> str:
    return "|".join(map(str, action.choices)) if action.choices else action.dest.upper()


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def table(parser: argparse.ArgumentParser) -> str:
    commands = subcommands(parser)
    users: dict[Row, list[str]] = {found: ["before the command"] for found in rows(parser)}
    for name, command in commands.items():
        for found in rows(command):
            users.setdefault(found, []).append(name)
    lines = ["", "| option | default | meaning | commands |", "| --- | --- | --- | --- |"]
    for (option, default, meaning), names in users.items():
        lines.append(f"| `{cell(option)}` | {default} | {cell(meaning)} | {', '.join(names)} |")
    return "\n".join([*lines, "", ""])


def test_the_page_has_the_options_that_there_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin
    assert end

    current = before + begin + table(_parser()) + end + after

    if os.environ.get("CONFIGURATION_WRITE"):
        PAGE.write_text(current, encoding="utf-8")
    else:
        assert page == current, "stale: run `make configuration-docs`"
        assert re.search(r"`--name NAME`", page)

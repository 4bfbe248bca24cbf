"""`bin/vgg16` on a terminal, with its progress bar."""

import re
import sys

import pytest
from services import with_services

# Runs a command on a new pseudo-terminal.
ON_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"

ROW = re.compile(r"(samples/\S+|file) +(cat|dog|label) +([01]\.\d{4}|score) +(\d+\.\d|ms)")


@pytest.mark.parametrize(
    ("command", "bar"),
    [
        ("bin/vgg16 classify samples samples", True),
        ("bin/vgg16 classify samples samples | cat", False),
        ("bin/vgg16 classify samples samples >target/rows; cat target/rows", True),
    ],
)
def test_every_row_is_a_line_of_its_own(command: str, bar: bool) -> None:
    result = with_services(sys.executable, "-c", ON_A_TERMINAL, "bash", "-c", command)
    assert result.returncode == 0, result.stdout
    assert ("classify  " in result.stdout) == bar
    rows = [line for line in displayed(result.stdout) if line.startswith(("samples/", "file"))]
    assert len(rows) == 1 + 2 * 7, result.stdout
    for row in rows:
        assert ROW.fullmatch(row), row


def displayed(output: str) -> list[str]:
    """The lines as displayed by a terminal; text after a carriage return overwrites."""
    lines = []
    for line in output.split("\n"):
        seen = ""
        for part in line.rstrip("\r").split("\r"):
            part, cleared = re.subn(r"\x1b\[K", "", part)
            seen = part if cleared else part + seen[len(part) :]
        lines.append(seen)
    return lines

"""The cells of docs/tutorial.md, as written, one after the other."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from documents import examples
from services import ROOT, with_services
from test_examples import TOOLS, assert_ghz_answered, need

LOAD = "tutorial-load"


def cells(language: str) -> Iterator[str]:
    for each in examples():
        if each.document.name == "tutorial.md" and each.language == language and each.text != LOAD:
            assert each.mark == "run"
            yield each.code


def load_test() -> str:
    (code,) = [each.code for each in examples() if each.text == LOAD]
    return code


@pytest.fixture(scope="module")
def photos() -> None:
    shutil.rmtree(ROOT / "target/tutorial", ignore_errors=True)
    subprocess.run(["bash", "-euc", next(cells("sh"))], cwd=ROOT, check=True)


@pytest.mark.usefixtures("photos")
def test_the_cells_in_python_have_the_tutorials_numbers() -> None:
    result = subprocess.run(
        [sys.executable, "-c", "\n".join(cells("python"))],
        env=os.environ | {"MPLBACKEND": "agg", "COLUMNS": "100"},
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    printed = result.stdout
    assert result.returncode == 0, printed
    shapes = ("(32, 160, 160, 3)", "(32, 5, 5, 512)", "(32, 12800)", "(32, 512)", "(32, 2)")
    assert re.findall(r"^\(32, .*\)$", printed, re.MULTILINE) == list(shapes)
    assert re.findall(r"^ *(\S+) params: ([\d,]+)", printed, re.MULTILINE) == [
        ("Total", "14,714,688"),
        ("Trainable", "0"),
        ("Non-trainable", "14,714,688"),
        ("Total", "14,978,370"),
        ("Trainable", "263,682"),
        ("Non-trainable", "14,714,688"),
    ]


@pytest.mark.usefixtures("photos")
def test_the_cells_in_the_shell_end_in_a_served_head(tmp_path: Path) -> None:
    heads = tmp_path / "heads"
    shutil.copytree(ROOT / "models/heads", heads)
    need("ghz")
    script = "\n".join((*cells("sh"), load_test().replace("10s", "2s")))
    result = with_services(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        script,
        environment={
            "HEAD_SERVICE_HEADS": str(heads),
            "HEAD_SERVICE_WATCH_HEADS_MS": "100",
            "PATH": os.pathsep.join([str(TOOLS), os.environ["PATH"]]),
        },
        timeout=900,
    )
    printed = result.stdout
    assert result.returncode == 0, printed
    assert (ROOT / "target/tutorial/preview.png").is_file()
    assert printed.count("Total params: 14,978,370") == 1
    assert printed.count("Total params: 14,714,688") == 1
    assert re.search(r"samples/cat-chelsea.png +cat +[01]\.\d+", printed), printed
    assert (ROOT / "target/tutorial/evaluation/index.html").is_file()
    assert (heads / "tutorial/1/head.json").is_file()
    assert_ghz_answered(printed)

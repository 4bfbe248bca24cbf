"""bin/fetch-openvino, with a pip that has the package at hand."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from services import ROOT

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the package is for these"
)

PLUGIN = "libonnxruntime_providers_openvino_plugin.so"

# In the place of `python -m pip`; what else the script runs in Python, Python runs.
PYTHON = f"""#!{sys.executable}
import os, sys, zipfile
if sys.argv[1:3] != ["-m", "pip"]:
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
if "download" in sys.argv:
    folder = sys.argv[sys.argv.index("--dest") + 1]
    with zipfile.ZipFile(folder + "/package.whl", "w") as wheel:
        for name in ("{PLUGIN}", "libopenvino.so.2641", "libopenvino_intel_gpu_plugin.so"):
            wheel.writestr("package/" + name, "new")
"""


@pytest.fixture
def python(tmp_path: Path) -> Path:
    program = tmp_path / "python"
    program.write_text(PYTHON)
    program.chmod(0o755)
    return program


def fetch(python: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "bin/fetch-openvino", folder],
        env=os.environ | {"PYTHON": str(python)},
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_the_folder_has_what_a_cpu_needs(python: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a folder/openvino"
    run = fetch(python, folder)
    assert run.returncode == 0, run.stderr
    assert names(folder) == {PLUGIN, "libopenvino.so.2641", "openvino.txt"}
    assert names(folder.parent) == {"openvino"}


def test_another_version_is_replaced(python: Path, tmp_path: Path) -> None:
    folder = tmp_path / "openvino"
    folder.mkdir()
    (folder / PLUGIN).write_text("old")
    (folder / "libopenvino.so.2540").write_text("old")
    (folder / "openvino.txt").write_text("another version")
    run = fetch(python, folder)
    assert run.returncode == 0, run.stderr
    assert names(folder) == {PLUGIN, "libopenvino.so.2641", "openvino.txt"}
    assert (folder / PLUGIN).read_text() == "new"


def test_a_folder_with_other_files_is_left_alone(python: Path, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "thesis.txt").write_text("irreplaceable")
    run = fetch(python, folder)
    assert run.returncode == 1
    assert run.stderr == (
        f"fetch-openvino: {folder} has other files: name a folder for the libraries alone\n"
    )
    assert names(folder) == {"thesis.txt"}

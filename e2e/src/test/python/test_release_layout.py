"""A program runs from the folder that an archive of a release unpacks to."""

import shutil
import subprocess
from pathlib import Path

from services import ROOT


def test_the_command_line_runs_without_a_build_folder(tmp_path: Path) -> None:
    built = ROOT / "cli/target"
    (tmp_path / "bin").mkdir()
    for name in ("vgg16", "launcher.sh"):
        shutil.copy(ROOT / "bin" / name, tmp_path / "bin")
    for name in ("cli.jar", "native-jars"):
        shutil.copy(built / name, tmp_path)
    shutil.copytree(built / "lib", tmp_path / "lib")
    # As `bin/fetch-openvino` makes one for the feature service.
    (tmp_path / "cli/target/openvino").mkdir(parents=True)

    run = subprocess.run(
        [tmp_path / "bin/vgg16", "--version"], text=True, capture_output=True, check=True
    )

    assert run.stdout.startswith("vgg16 ")
    assert (tmp_path / "native").is_dir(), "its native libraries are unpacked beside the jar"

"""The libraries of the extra `distribution` are asked for only where they are used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from published_heads import Capture, require_refused
from vgg16_models.cli import main


@pytest.mark.parametrize("command", ["push", "pull", "verify"])
def test_without_the_libraries_it_says_what_to_install(
    command: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("vgg16_models.commands.options.find_spec", lambda _: None)
    arguments = {
        "push": ["pets@3", "--to", "oci://host/heads"],
        "pull": ["oci://host/heads:pets-3"],
        "verify": ["pets@3", "--verify-key", "key.pem"],
    }
    status = main([command, *arguments[command]])
    require_refused(status, tmp_path / "to", capsys, "pip install 'models[distribution]'")


def test_other_commands_do_not_import_the_libraries():
    code = (
        "import sys, vgg16_models.cli;"
        "sys.exit(any(each in sys.modules for each in ('oras', 'requests', 'model_signing')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

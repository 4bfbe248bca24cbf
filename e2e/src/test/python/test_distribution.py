"""The page's commands for a registry, and a head from there into a running head-service."""

import json
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from documents import example
from services import ROOT, free_ports, with_services

sys.path.append(str(ROOT / "models/tests/distribution"))
from container_registry import container_registry

# As long as it takes until the head is loaded, and then what is loaded.
SERVED = """
at=oci://localhost:5000/team/heads
bin/vgg16-models push cats-vs-dogs@2 --heads "$FROM" --to $at --plain-http
bin/vgg16-models pull $at:cats-vs-dogs-2 --heads "$HEAD_SERVICE_HEADS" --plain-http
bin/vgg16 heads load cats-vs-dogs@2
bin/vgg16 heads --json
"""


@pytest.fixture
def _libraries() -> None:
    if not all(find_spec(each) for each in ("oras", "model_signing")):
        why = "oras and model-signing are missing: run `make venv`"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)


@pytest.mark.usefixtures("_libraries")
def test_a_head_from_a_registry_is_served(tmp_path: Path) -> None:
    shutil.rmtree(ROOT / "target/heads", ignore_errors=True)
    first = ROOT / "models/heads/cats-vs-dogs/1"
    shutil.copytree(first, tmp_path / "heads/cats-vs-dogs/1")
    second = shutil.copytree(first, tmp_path / "from/cats-vs-dogs/2")
    manifest = json.loads((first / "head.json").read_text())
    (second / "head.json").write_text(json.dumps(manifest | {"version": 2}))
    (admin,) = free_ports(1)
    with container_registry() as registry:
        port = registry.address.partition(":")[2]
        script = (example("distribution") + SERVED).replace(":5000/", f":{port}/")
        result = with_services(
            "bash",
            "-euo",
            "pipefail",
            "-c",
            script,
            environment={
                "FROM": str(tmp_path / "from"),
                "HEAD_SERVICE_HEADS": str(tmp_path / "heads"),
                "HEAD_SERVICE_ADMIN_PORT": str(admin),
                "HOME": str(tmp_path),
            },
        )
    printed = result.stdout
    assert result.returncode == 0, printed
    assert "cats-vs-dogs@1: its 3 files are as they were signed" in printed
    assert "cats-vs-dogs@2 serves as cats-vs-dogs" in printed
    served = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert ("cats-vs-dogs", "2") in [(each["head"], str(each["version"])) for each in served]

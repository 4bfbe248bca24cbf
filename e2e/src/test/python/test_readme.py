"""The README's examples, run as written but for the ports."""

import os
import re
import shutil
from pathlib import Path

import pytest
from services import ROOT, free_ports, with_services

TOOLS = ROOT / ".tools/bin"


def example(name: str) -> str:
    """The shell block that follows `<!-- run: name -->`."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    match = re.search(rf"<!-- run: {name} -->\n```sh\n(.*?)```", readme, re.DOTALL)
    assert match, f"README.md has no example {name}"
    return match[1]


def run(name: str, path: list[Path]) -> str:
    """Runs an example; returns what it printed, and fails the test if it failed."""
    feature, head = free_ports(2)
    script = example(name)
    script = script.replace("localhost:50051", f"localhost:{feature}")
    script = script.replace("localhost:50052", f"localhost:{head}")
    result = with_services(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        script,
        ports=(feature, head),
        environment={"PATH": os.pathsep.join([*map(str, path), os.environ["PATH"]])},
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


def need(tool: str) -> None:
    if not shutil.which(tool, path=os.pathsep.join([str(TOOLS), os.environ["PATH"]])):
        message = f"{tool} is not installed: run bench/tools.sh, which needs Go"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


def test_vgg16() -> None:
    printed = run("vgg16", [])
    assert "Total params: 14,978,370" in printed
    assert printed.count("SERVING") == 2


def test_grpcurl() -> None:
    need("grpcurl")
    printed = run("grpcurl", [TOOLS])
    assert "vgg16.v1.FeatureService" in printed
    assert "rpc Classify" in printed
    assert '"name": "cats-vs-dogs"' in printed
    assert '"label": "cat"' in printed
    assert '"status": "SERVING"' in printed


def test_ghz() -> None:
    need("ghz")
    printed = run("ghz", [TOOLS])
    assert re.search(r"\[OK\]\s+[1-9]\d* responses", printed), printed
    assert "Error distribution" not in printed


def test_python() -> None:
    printed = run("python", [])
    photos = sorted(p.name for p in (ROOT / "samples").glob("*.jpg"))
    for photo in photos:
        label = photo.split("-")[0]
        assert re.search(rf"samples/{photo}: {label} [01]\.\d+", printed), printed

"""`make demo`, a newcomer's first command."""

import os
import subprocess

from services import ROOT, at_ports, free_ports


def test_it_says_what_it_does_and_ends_with_three_lines_on_what_to_try() -> None:
    # What it builds and fetches is there already.
    built = ["-o", "cli/target/.built", "-o", "openvino"]
    feature, head = free_ports(2)
    result = subprocess.run(
        ["make", "--no-print-directory", *built, "demo"],
        cwd=ROOT,
        env=os.environ | at_ports(feature, head),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    lines = result.stdout.splitlines()
    assert lines[:2] == [
        "starting both services, which takes some seconds",
        "both serve: classifying the photos in samples/",
    ]
    assert sum(line.startswith("samples/") for line in lines) == 7, result.stdout
    *before, heading, run, classify, explain = lines
    assert before[-2:] == ["stopping both services", ""]
    assert heading == "What to try next:"
    assert run.startswith("  make run ")
    assert "http://localhost:8080/" in run
    assert classify.startswith("  bin/vgg16 classify --novelty ")
    assert explain.startswith("  bin/vgg16 classify --explain ")

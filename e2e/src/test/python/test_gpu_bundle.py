"""The parts of `make gpu-bundle` that need no GPU."""

import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

ROOT = Path(__file__).resolve().parents[4]
DEPLOY = ROOT / "deploy"


def run(script, *arguments):
    command = [sys.executable, str(DEPLOY / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def code(kind, architecture, content):
    """An entry of a fat binary: a header of 64 bytes, then the code."""
    header = bytearray(64)
    struct.pack_into("<HHI", header, 0, kind, 0x101, len(header))
    struct.pack_into("<Q", header, 8, len(content))
    struct.pack_into("<I", header, 28, architecture)
    return bytes(header) + content


def library(*codes):
    body = b"".join(codes)
    return b"ELF " + struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(body)) + body + b" rest"


def test_only_the_code_of_the_named_architectures_is_kept(tmp_path):
    file = tmp_path / "library.so"
    file.write_bytes(
        library(code(2, 80, b"AAAA" * 4), code(2, 90, b"BBBB" * 4), code(1, 90, b"CCCC" * 4))
    )
    before = file.read_bytes()

    assert run("keep_architectures.py", file, "90").returncode == 0

    after = file.read_bytes()
    assert after == before.replace(b"A", b"\0").replace(b"C", b"\0")


def test_an_architecture_that_the_library_lacks_is_named(tmp_path):
    file = tmp_path / "library.so"
    file.write_bytes(library(code(2, 80, b"AAAA")))

    refused = run("keep_architectures.py", file, "80,90")

    assert refused.returncode == 1
    assert refused.stderr == f"{file} has no code for sm_90; it has 80\n"
    assert b"AAAA" in file.read_bytes()


def test_files_of_the_same_content_become_one(tmp_path):
    large = {"a": b"x" * 5000, "b/c": b"x" * 5000, "d": b"y" * 5000}
    small = {"e": b"s", "f": b"s"}
    for name, content in {**large, **small}.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)

    assert run("link_duplicates.py", tmp_path).returncode == 0

    assert (tmp_path / "a").samefile(tmp_path / "b/c")
    assert (tmp_path / "b/c").read_bytes() == b"x" * 5000
    assert not (tmp_path / "a").samefile(tmp_path / "d")
    assert not (tmp_path / "e").samefile(tmp_path / "f")


def test_the_stub_has_the_shapes_of_the_backbone(tmp_path):
    backbone = ROOT / "models/backbones/vgg16-160"

    made = run("stub_backbone.py", backbone, tmp_path / "stub")

    assert made.returncode == 0, made.stderr
    manifest = json.loads((tmp_path / "stub/backbone.json").read_text())
    real = json.loads((backbone / "backbone.json").read_text())
    assert {**manifest, "files": None} == {**real, "files": None}
    session = onnxruntime.InferenceSession(tmp_path / "stub" / manifest["files"]["fp32"]["file"])
    images = np.arange(2 * 160 * 160 * 3, dtype=np.float32).reshape(2, 160, 160, 3)
    (maps,) = session.run(None, {"pixels": images})
    assert maps.shape == (2, 5, 5, 512)
    assert maps[1].ravel()[0] == images[1].ravel()[0]


@pytest.mark.parametrize(("error", "code"), [(0.001, 0), (0.1, 1)])
def test_maps_are_compared(tmp_path, error, code):
    maps = np.random.default_rng(1).random((2, 5, 5, 512), dtype=np.float32)
    np.savez(tmp_path / "expected.npz", cat=maps)
    np.savez(tmp_path / "actual.npz", cat=maps + np.float32(error))

    compared = run("gpu/compare.py", tmp_path / "expected.npz", tmp_path / "actual.npz", 0.99, 0.01)

    assert compared.returncode == code, compared.stdout
    assert compared.stdout.endswith("equal enough\n" if code == 0 else "DIFFERENT\n")

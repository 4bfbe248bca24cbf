"""Makes the modules of the contract from its .proto files, before the package is built."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
PROTOS = ROOT / "protos"
"""Links to the contract in a checkout, its files in a source archive."""
CONTRACT = ROOT / "src/vgg16_client/contract"
FILES = (
    "google/rpc/error_details.proto",
    "google/rpc/status.proto",
    "vgg16/v1/feature_service.proto",
    "vgg16/v1/head_service.proto",
    "vgg16/v1/limits.proto",
    "vgg16/v1/scores.proto",
    "vgg16/v1/tensors.proto",
)

MODULE = '''"""The messages of {file}. Made by setup.py."""

from .pool import messages

globals().update(messages("{file}"))
'''


class BuildContract(build_py):
    """Writes the descriptors, and for each file a module and its types, among the sources."""

    def run(self) -> None:
        write_contract(CONTRACT)
        super().run()


def write_contract(out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        types = Path(folder)
        protoc(f"--descriptor_set_out={out / 'contract.binpb'}", f"--pyi_out={types}")
        for file in FILES:
            name = Path(file).stem + "_pb2"
            (out / f"{name}.py").write_text(MODULE.format(file=file), encoding="utf-8")
            text = (types / file).with_name(f"{name}.pyi").read_text(encoding="utf-8")
            (out / f"{name}.pyi").write_text(in_this_package(text), encoding="utf-8")


def protoc(*options: str) -> None:
    # In a process of its own: other native libraries of this one may bring another protobuf.
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}", "--include_imports"]
    subprocess.run([*command, *options, *FILES], check=True)


def in_this_package(types: str) -> str:
    return re.sub(r"^from (?:google\.rpc|vgg16\.v1) import", "from . import", types, flags=re.M)


setup(cmdclass={"build_py": BuildContract})

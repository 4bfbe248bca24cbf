"""The package is built from its folder alone, and works where there is no checkout."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

OPTIONS = ("--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
PACKAGE = Path(__file__).resolve().parents[1]

# Another version of the same .proto files in the same process, as other packages bring it.
USE = """
from google.protobuf import descriptor_pb2, descriptor_pool
for name in ("vgg16/v1/scores.proto", "google/rpc/status.proto"):
    descriptor_pool.Default().AddSerializedFile(
        descriptor_pb2.FileDescriptorProto(name=name).SerializeToString()
    )
import vgg16_client
from vgg16_client.contract.scores_pb2 import ClassScore
from vgg16_client.contract.status_pb2 import Status
status = Status(code=5, message="no")
status.details.add(type_url="x/y", value=b"z")
assert Status.FromString(status.SerializeToString()) == status
assert "PIL" not in __import__("sys").modules and "pandas" not in __import__("sys").modules
print(vgg16_client.__file__, ClassScore(label="cat").label)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Made from a copy, in which links to the checkout are files."""
    folder = tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns("build", "*.egg-info", "*_pb2.py*", "*.binpb", "tests")
    shutil.copytree(PACKAGE, folder / "source", ignore=ignored)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *OPTIONS, "--wheel-dir", folder, folder / "source"],
        check=True,
    )
    (file,) = folder.glob("vgg16_client-*-py3-none-any.whl")
    return file


def test_it_has_the_contract_with_types(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for name in ("py.typed", "contract/contract.binpb", "contract/scores_pb2.pyi"):
        assert f"vgg16_client/{name}" in names
    assert not [name for name in names if "head_admin" in name or name.startswith("tests")]


def test_it_works_elsewhere_and_beside_another_version_of_the_contract(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    printed = subprocess.run(
        [sys.executable, "-c", USE],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        text=True,
        capture_output=True,
        check=True,
    ).stdout
    assert printed.split() == [str(tmp_path / "vgg16_client/__init__.py"), "cat"]

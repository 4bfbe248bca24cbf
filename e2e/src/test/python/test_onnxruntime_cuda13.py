"""`deploy/onnxruntime_cuda13.py`, with archives of the shape of ONNX Runtime's."""

import importlib.util
import re
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
SCRIPT = ROOT / "deploy/onnxruntime_cuda13.py"
NATIVE = "ai/onnxruntime/native/linux-x64"


@pytest.fixture
def script():
    spec = importlib.util.spec_from_file_location("onnxruntime_cuda13", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def version(script):
    return script.pinned_version(script.PIN)


def write(file, entries):
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file


def read(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture
def target(tmp_path, version):
    folder = tmp_path / "target"
    (folder / "lib").mkdir(parents=True)
    (folder / "native-jars").write_text(f"lib/a.jar:lib/onnxruntime_gpu-{version}.jar:lib/b.jar")
    write(
        folder / f"lib/onnxruntime_gpu-{version}.jar",
        {
            "META-INF/MANIFEST.MF": "manifest",
            "META-INF/KEY.SF": "signature",
            "ai/onnxruntime/OrtSession.class": "class",
            f"{NATIVE}/libonnxruntime.so": "core, CUDA 12",
            f"{NATIVE}/libonnxruntime4j_jni.so": "binding",
            f"{NATIVE}/libonnxruntime_providers_cuda.so": "CUDA 12",
            f"{NATIVE}/libonnxruntime_providers_shared.so": "shared, CUDA 12",
            f"{NATIVE}/libonnxruntime_providers_tensorrt.so": "TensorRT",
            "ai/onnxruntime/native/win-x64/onnxruntime.dll": "Windows",
        },
    )
    return folder


def wheel(script, version, *, missing=()):
    """In the place of pip: writes the wheel into the folder."""
    libraries = {
        f"onnxruntime/capi/libonnxruntime.so.{version}": "core, CUDA 13",
        "onnxruntime/capi/libonnxruntime_providers_cuda.so": "CUDA 13",
        "onnxruntime/capi/libonnxruntime_providers_shared.so": "shared, CUDA 13",
        "onnxruntime/capi/libonnxruntime_providers_tensorrt.so": "TensorRT",
        "onnxruntime/__init__.py": "",
    }
    kept = {name: content for name, content in libraries.items() if name not in missing}
    return lambda _, folder: write(folder / "onnxruntime_gpu.whl", kept)


def test_the_libraries_become_a_jar_of_their_own_and_the_classes_stay(script, version, target):
    script.convert(target, wheel(script, version))

    assert read(target / f"lib/onnxruntime_cuda13-{version}.jar") == {
        f"{NATIVE}/libonnxruntime4j_jni.so": "binding",
        f"{NATIVE}/libonnxruntime.so": "core, CUDA 13",
        f"{NATIVE}/libonnxruntime_providers_shared.so": "shared, CUDA 13",
        f"{NATIVE}/libonnxruntime_providers_cuda.so": "CUDA 13",
    }
    assert read(target / f"lib/onnxruntime_gpu-{version}.jar") == {
        "META-INF/MANIFEST.MF": "manifest",
        "ai/onnxruntime/OrtSession.class": "class",
    }
    names = (target / "native-jars").read_text()
    assert names == f"lib/a.jar:lib/onnxruntime_cuda13-{version}.jar:lib/b.jar"
    assert sorted(file.name for file in target.iterdir()) == ["lib", "native-jars"]


def test_a_second_time_nothing_changes(script, version, target):
    script.convert(target, wheel(script, version))
    before = {file: file.read_bytes() for file in target.rglob("*") if file.is_file()}

    script.convert(target, lambda *_: pytest.fail("it fetches again"))

    assert {file: file.read_bytes() for file in target.rglob("*") if file.is_file()} == before


def test_a_wheel_without_a_library_changes_nothing(script, version, target):
    before = {file: file.read_bytes() for file in target.rglob("*") if file.is_file()}
    lacking = wheel(script, version, missing=["onnxruntime/capi/libonnxruntime_providers_cuda.so"])

    with pytest.raises(script.BuildError, match=r"has no libonnxruntime_providers_cuda\.so"):
        script.convert(target, lacking)

    assert {file: file.read_bytes() for file in target.rglob("*") if file.is_file()} == before


def test_a_build_for_cpus_is_refused(script, version, target):
    jar = target / f"lib/onnxruntime_gpu-{version}.jar"
    jar.rename(target / f"lib/onnxruntime-{version}.jar")

    with pytest.raises(script.BuildError, match="build with `mvn -Pgpu package`"):
        script.convert(target, wheel(script, version))


def test_the_version_is_that_of_the_build(version):
    pom = (ROOT / "pom.xml").read_text()

    assert re.search(r"<onnxruntime.version>(.*)</onnxruntime.version>", pom)[1] == version

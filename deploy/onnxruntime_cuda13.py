"""Makes a program that was built with the Maven profile `gpu`, for CUDA 12, one for CUDA 13.

    python3 deploy/onnxruntime_cuda13.py feature-service/target

ONNX Runtime's native libraries for CUDA 13 are those of its Python package of the same version,
which pip fetches: deploy/onnxruntime-cuda13.txt has it with its SHA-256. With the Java binding they
become a jar beside ONNX Runtime's, which keeps its classes alone; `native-jars` names the new one.
TensorRT's provider, which needs libraries of its own and is not used, goes. To go back, build anew.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

PIN = Path(__file__).resolve().with_name("onnxruntime-cuda13.txt")
NATIVE = PurePosixPath("ai/onnxruntime/native/linux-x64")
BINDING = NATIVE / "libonnxruntime4j_jni.so"
LIBRARIES = (
    "libonnxruntime.so",
    "libonnxruntime_providers_shared.so",
    "libonnxruntime_providers_cuda.so",
)


class BuildError(Exception):
    """Why it can't be made, in one line."""


def pinned_version(pin: Path) -> str:
    """`1.29.0` of the line `onnxruntime-gpu==1.29.0 --hash=...`."""
    [line] = [line for line in pin.read_text().splitlines() if line and not line.startswith("#")]
    return line.split()[0].partition("==")[2]


def built_jar(target: Path, version: str) -> Path:
    """ONNX Runtime's jar for GPUs, in that version, of a program's build folder."""
    found = sorted((target / "lib").glob("onnxruntime*-[0-9]*.jar"))
    jar = target / "lib" / f"onnxruntime_gpu-{version}.jar"
    if found != [jar]:
        names = ", ".join(file.name for file in found) or "no ONNX Runtime"
        raise BuildError(
            f"{target}/lib has {names}, not {jar.name}: build with `mvn -Pgpu package`, "
            f"and keep the version in {PIN.name} that of pom.xml"
        )
    return jar


def fetch(pin: Path, folder: Path) -> Path:
    """The pinned wheel. Its Python version says nothing of the libraries in it."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--python-version=3.12", "--implementation=cp"]
    command += ["--platform=manylinux_2_28_x86_64", "--require-hashes", f"--requirement={pin}"]
    # It installs nothing, for which some settings require a virtual environment.
    environment = {**os.environ, "PIP_REQUIRE_VIRTUALENV": "0"}
    done = subprocess.run(
        [*command, f"--dest={folder}"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["pip says nothing"]
        raise BuildError(f"the libraries for CUDA 13 could not be fetched: {last[0]}")
    [wheel] = folder.glob("*.whl")
    return wheel


def library_of(name: str) -> str:
    """The name without its version: `libonnxruntime.so` of `capi/libonnxruntime.so.1.29.0`."""
    before, suffix, _ = PurePosixPath(name).name.partition(".so")
    return before + suffix


def write_libraries(jar: Path, wheel: Path, out: Path) -> None:
    """Writes the jar's binding and the wheel's libraries, uncompressed."""
    with (
        zipfile.ZipFile(jar) as classes,
        zipfile.ZipFile(wheel) as libraries,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive,
    ):
        archive.writestr(str(BINDING), classes.read(str(BINDING)))
        found = {library_of(name): name for name in libraries.namelist()}
        for library in LIBRARIES:
            if library not in found:
                raise BuildError(f"{wheel.name} has no {library}")
            archive.writestr(str(NATIVE / library), libraries.read(found[library]))


def write_classes(jar: Path, out: Path) -> None:
    """Writes the jar without its native libraries, and without a signature, which covers them."""
    with (
        zipfile.ZipFile(jar) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as classes,
    ):
        for name in archive.namelist():
            path = PurePosixPath(name)
            if not path.is_relative_to(NATIVE.parent) and path.suffix not in {".SF", ".RSA"}:
                classes.writestr(name, archive.read(name))


def convert(target: Path, fetch: Callable[[Path, Path], Path] = fetch) -> None:
    """Makes a program's build folder one for CUDA 13; a second time it has no effect."""
    version = pinned_version(PIN)
    jar = target / "lib" / f"onnxruntime_cuda13-{version}.jar"
    if jar.exists():
        return
    built = built_jar(target, version)
    with tempfile.TemporaryDirectory(dir=target, prefix=".cuda13-") as work:
        libraries, classes = Path(work, "libraries.jar"), Path(work, "classes.jar")
        write_libraries(built, fetch(PIN, Path(work)), libraries)
        write_classes(built, classes)
        names = target / "native-jars"
        names.write_text(names.read_text().replace(f"lib/{built.name}", f"lib/{jar.name}"))
        classes.replace(built)
        # Last, as it says that all is done.
        libraries.replace(jar)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("target", type=Path, help="a build folder: feature-service/target")
    try:
        convert(parser.parse_args().target)
    except (BuildError, OSError, zipfile.BadZipFile) as e:
        print(f"onnxruntime_cuda13: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

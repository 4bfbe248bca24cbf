"""The errors where a required program is not installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from services import ROOT

# Present on every Linux.
BASIC = ["awk", "bash", "cat", "cksum", "dirname", "env", "find", "grep", "locale"]
BASIC += ["make", "mkdir", "mktemp", "readlink", "rm", "sed"]


@pytest.fixture
def minimal_path(tmp_path: Path) -> Path:
    """A folder of programs with no Java, Maven or Python among them."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in BASIC:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return folder


def run(path: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(path), "HOME": os.environ.get("HOME", "/")} | variables
    return subprocess.run(
        command, cwd=ROOT, env=environment, text=True, capture_output=True, timeout=60, check=False
    )


def error_line(result: subprocess.CompletedProcess[str]) -> str:
    """The only line of standard error, apart from make's own."""
    assert result.returncode != 0
    lines = [line for line in result.stderr.splitlines() if not line.startswith("make: ***")]
    assert len(lines) == 1, result.stdout + result.stderr
    return lines[0]


@pytest.mark.parametrize(
    "command",
    [
        ["bin/vgg16", "classify", "samples"],
        ["bin/feature-service"],
        ["bin/head-service"],
        ["bin/decode-images"],
        ["bin/with-services"],
        ["bin/with-services", "bin/vgg16", "heads"],
        ["make", "--always-make", "build"],
    ],
    ids=" ".join,
)
def test_without_java_a_jdk_is_named(minimal_path: Path, command: list[str]) -> None:
    assert ": there is no java: install a JDK (17 or later" in error_line(
        run(minimal_path, *command)
    )


def test_an_old_java_is_refused(minimal_path: Path, tmp_path: Path) -> None:
    home = tmp_path / "jdk-11"
    (home / "bin").mkdir(parents=True)
    (home / "release").write_text('JAVA_VERSION="11.0.2"\n')
    java = home / "bin/java"
    java.write_text("#!/bin/sh\necho it ran\n")
    java.chmod(0o755)
    line = error_line(run(minimal_path, "bin/vgg16", "heads", JAVA_HOME=str(home)))
    assert line.startswith(f"vgg16: {java} is of Java 11: install a JDK (17 or later")


def a_java(folder: Path) -> None:
    """A Java runtime without a compiler."""
    java = folder / "java"
    java.write_text("#!/bin/sh\n")
    java.chmod(0o755)


def test_without_a_compiler_a_jdk_is_named(minimal_path: Path) -> None:
    a_java(minimal_path)
    line = error_line(run(minimal_path, "make", "--always-make", "build"))
    assert "java has no compiler beside it: install a JDK" in line


def test_without_maven_it_is_named(minimal_path: Path) -> None:
    a_java(minimal_path)
    (minimal_path / "javac").symlink_to(minimal_path / "java")
    line = error_line(run(minimal_path, "make", "--always-make", "build"))
    assert "there is no mvn: install Maven" in line
    line = error_line(run(minimal_path, "make", "--always-make", "build", "MVN=mvn4 -o"))
    assert "there is no mvn4: install Maven" in line


def a_python(folder: Path, script: str) -> None:
    python = folder / "python3"
    python.write_text(f"#!{folder}/bash\n{script}\n")
    python.chmod(0o755)


def test_without_python_it_is_named(minimal_path: Path) -> None:
    assert "there is no python3: install Python 3.11 or later" in error_line(
        run(minimal_path, "bin/need", "python")
    )


def test_an_old_python_is_named(minimal_path: Path) -> None:
    a_python(minimal_path, "if [[ $1 == --version ]]; then echo Python 3.9.2; else exit 1; fi")
    assert "python3 is Python 3.9.2: install Python 3.11 or later" in error_line(
        run(minimal_path, "bin/need", "python")
    )


def test_without_venv_its_package_is_named(minimal_path: Path) -> None:
    """As on Debian and Ubuntu, where it is another package."""
    a_python(minimal_path, "[[ $2 != *venv* ]]")
    assert "python3 has no module venv: install it (on Debian and Ubuntu the package" in error_line(
        run(minimal_path, "bin/need", "python")
    )


def test_without_the_environment_its_target_is_named(minimal_path: Path, tmp_path: Path) -> None:
    """In a clone where `make venv` has not run."""
    (tmp_path / "clone/bin").mkdir(parents=True)
    program = shutil.copy(ROOT / "bin/vgg16-models", tmp_path / "clone/bin")
    assert error_line(run(minimal_path, program, "train")).endswith(
        "is missing: run `make venv` first"
    )

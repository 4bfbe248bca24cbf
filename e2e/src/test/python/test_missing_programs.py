"""What a person reads where a program is not installed that the project needs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from services import ROOT

# What every Linux has, beside bash.
BASIC = ["awk", "bash", "cat", "cksum", "dirname", "env", "find", "grep", "locale"]
BASIC += ["make", "mkdir", "mktemp", "readlink", "rm", "sed"]


@pytest.fixture
def bare(tmp_path: Path) -> Path:
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


def said(result: subprocess.CompletedProcess[str]) -> str:
    """The one line, of which make says once more that something failed."""
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
def test_without_java_a_jdk_is_named(bare: Path, command: list[str]) -> None:
    assert ": there is no java: install a JDK (17 or later" in said(run(bare, *command))


def test_an_old_java_is_refused(bare: Path, tmp_path: Path) -> None:
    home = tmp_path / "jdk-11"
    (home / "bin").mkdir(parents=True)
    (home / "release").write_text('JAVA_VERSION="11.0.2"\n')
    java = home / "bin/java"
    java.write_text("#!/bin/sh\necho it ran\n")
    java.chmod(0o755)
    line = said(run(bare, "bin/vgg16", "heads", JAVA_HOME=str(home)))
    assert line.startswith(f"vgg16: {java} is of Java 11: install a JDK (17 or later")


def a_java(folder: Path) -> None:
    """A runtime as of a JDK, but for the compiler."""
    java = folder / "java"
    java.write_text("#!/bin/sh\n")
    java.chmod(0o755)


def test_without_a_compiler_a_jdk_is_named(bare: Path) -> None:
    a_java(bare)
    line = said(run(bare, "make", "--always-make", "build"))
    assert "java has no compiler beside it: install a JDK" in line


def test_without_maven_it_is_named(bare: Path) -> None:
    a_java(bare)
    (bare / "javac").symlink_to(bare / "java")
    line = said(run(bare, "make", "--always-make", "build"))
    assert "there is no mvn: install Maven" in line
    line = said(run(bare, "make", "--always-make", "build", "MVN=mvn4 -o"))
    assert "there is no mvn4: install Maven" in line


def a_python(folder: Path, script: str) -> None:
    python = folder / "python3"
    python.write_text(f"#!{folder}/bash\n{script}\n")
    python.chmod(0o755)


def test_without_python_it_is_named(bare: Path) -> None:
    assert "there is no python3: install Python 3.11 or later" in said(
        run(bare, "bin/need", "python")
    )


def test_an_old_python_is_named(bare: Path) -> None:
    a_python(bare, "if [[ $1 == --version ]]; then echo Python 3.9.2; else exit 1; fi")
    assert "python3 is Python 3.9.2: install Python 3.11 or later" in said(
        run(bare, "bin/need", "python")
    )


def test_without_venv_its_package_is_named(bare: Path) -> None:
    """As on Debian and Ubuntu, which ship it apart."""
    a_python(bare, "[[ $2 != *venv* ]]")
    assert "python3 has no module venv: install it (on Debian and Ubuntu the package" in said(
        run(bare, "bin/need", "python")
    )


def test_without_the_environment_its_target_is_named(bare: Path, tmp_path: Path) -> None:
    """In a clone where `make venv` has not run."""
    (tmp_path / "clone/bin").mkdir(parents=True)
    program = shutil.copy(ROOT / "bin/vgg16-models", tmp_path / "clone/bin")
    assert said(run(bare, program, "train")).endswith("is missing: run `make venv` first")

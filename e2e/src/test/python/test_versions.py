"""The version is the same wherever it is written."""

import re
import tomllib

from services import ROOT


def maven_version() -> str:
    (version,) = re.findall(r"^  <version>(.*)</version>$", (ROOT / "pom.xml").read_text(), re.M)
    return version


def test_each_module_has_the_version_of_its_parent() -> None:
    poms = sorted(ROOT.glob("*/pom.xml"))
    assert poms
    for pom in poms:
        (parent,) = re.findall(r"<parent>.*?</parent>", pom.read_text(), re.S)
        assert f"<version>{maven_version()}</version>" in parent, pom


def test_the_example_project_depends_on_it() -> None:
    pom = (ROOT / "examples/maven/pom.xml").read_text(encoding="utf-8")
    (version,) = re.findall(r"<artifactId>client</artifactId>\s*<version>(.*)</version>", pom)
    assert version == maven_version()


def test_the_python_packages_have_it() -> None:
    for folder in ("clients/python", "models"):
        project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]
        assert project["version"] == maven_version().replace("-SNAPSHOT", ".dev0"), folder
    assert f"vgg16-client=={project['version']}" in project["optional-dependencies"]["service"]


def test_the_images_have_it() -> None:
    dockerfiles = [ROOT / p / "Dockerfile" for p in ("feature-service", "head-service", "cli")]
    for dockerfile in dockerfiles:
        assert f"\nARG VERSION={maven_version()}\n" in dockerfile.read_text(), dockerfile


def test_the_chart_has_it() -> None:
    chart = (ROOT / "deploy/helm/vgg16-serving/Chart.yaml").read_text()
    assert f"\nversion: {maven_version()}\n" in chart
    assert f"\nappVersion: {maven_version()}\n" in chart


def test_code_in_go_is_generated_for_the_module_that_it_runs_with() -> None:
    (plugin,) = re.findall(
        r"cmd/protoc-gen-go@(v[\d.]+)", (ROOT / "bench/tools.sh").read_text(encoding="utf-8")
    )
    module = (ROOT / "examples/go/go.mod").read_text(encoding="utf-8")
    assert f"\tgoogle.golang.org/protobuf {plugin}\n" in module


def test_the_changelog_begins_with_it() -> None:
    first = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.M)[0]
    version = maven_version()
    if version.endswith("-SNAPSHOT"):
        assert first == f"Unreleased ({version.removesuffix('-SNAPSHOT')})"
    else:
        assert first.startswith(f"{version} - ")


def test_the_contract_is_compared_with_the_last_release() -> None:
    (compared,) = re.findall(
        r"<contract.released>(.*)</contract.released>", (ROOT / "proto/pom.xml").read_text()
    )
    released = re.findall(r"^## (\d+\.\d+\.\d+) - ", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert compared == released[0]
    assert (ROOT / f"proto/released/{compared}.binpb").is_file()

"""What the documents say of the repository: links, names of classes and folders."""

import re
import subprocess
from pathlib import Path

import pytest
from documents import documents
from services import ROOT

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$|(?<=\n\n)(?:    [^\n]*\n)+", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

# As in `BatchPolicy`, and not as in `Classify` or `JAVA_OPTS`.
CLASS = re.compile(r"`([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)`")
FOLDER = re.compile(r"^\| `([a-z0-9-]+/)` \|", re.MULTILINE)

PACKAGES = re.compile(r"^- ([a-z-]+): (`.+)$", re.MULTILINE)

PYTHON_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
OF_THE_CONTRACT = re.compile(r"^\s*(?:message|service|enum|rpc) (\w+)", re.MULTILINE)
OF_GRPC = {"BadRequest", "RetryInfo"}

MOST_WORDS_OF_THE_README = 700


def all_documents() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, text=True, capture_output=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines()]


def anchors(document: Path) -> set[str]:
    """What GitHub makes of the headings."""
    text = CODE.sub("", document.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(text)
    }


@pytest.mark.parametrize("document", all_documents(), ids=lambda d: str(d.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = CODE.sub("", document.read_text(encoding="utf-8"))
    for link, image in LINK.findall(text):
        target = link or image
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file), target


def test_classes_that_are_named_exist() -> None:
    files = subprocess.run(
        ["git", "ls-files", "*.java"], cwd=ROOT, text=True, capture_output=True, check=True
    )
    known = {Path(line).stem for line in files.stdout.splitlines()} | OF_GRPC
    for module in (ROOT / "clients/python/src").rglob("*.py"):
        known |= set(PYTHON_CLASS.findall(module.read_text(encoding="utf-8")))
    for proto in (ROOT / "proto/src/main/proto").rglob("*.proto"):
        known |= set(OF_THE_CONTRACT.findall(proto.read_text(encoding="utf-8")))
    unknown = {
        f"{document.relative_to(ROOT)}: {name}"
        for document in documents()
        for name in CLASS.findall(document.read_text(encoding="utf-8"))
        if name not in known
    }
    assert not unknown


def test_folders_of_the_architecture_exist() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    folders = FOLDER.findall(text)
    assert "feature-service/" in folders
    assert [f for f in folders if not (ROOT / f).is_dir()] == []
    modules = re.findall(r"<module>(.+?)</module>", (ROOT / "pom.xml").read_text(encoding="utf-8"))
    assert [m for m in modules if f"{m}/" not in folders] == []


def test_packages_of_the_architecture_exist() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    listed = PACKAGES.findall(text)
    assert [module for module, _ in listed] == [
        "feature-service",
        "head-service",
        "service-base",
        "inference",
    ]
    for module, line in listed:
        named = set(re.findall(r"`([a-z]+)`", line))
        packages = {f.parent.name for f in (ROOT / module).glob("src/main/java/**/*.java")}
        assert named - packages == set(), module


def test_the_readme_is_short() -> None:
    words = (ROOT / "README.md").read_text(encoding="utf-8").split()
    assert len(words) <= MOST_WORDS_OF_THE_README

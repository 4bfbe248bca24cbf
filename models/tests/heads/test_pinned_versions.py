"""`versions.json` while a version is published that is not to serve."""

import fcntl
import getpass
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from vgg16_models.heads.versions import FILE, LOCK, LOG, keep_serving


@pytest.fixture
def head(tmp_path: Path) -> Path:
    folder = tmp_path / "pets"
    folder.mkdir()
    return folder


def publish(head: Path, change=lambda: None) -> None:
    """Of a version that is not to serve in the place of 1."""
    with keep_serving(head.parent, "pets", 1, "adopt"):
        change()


@pytest.mark.parametrize("before", [None, '{"labels": {"canary": 1}}'])
def test_a_publication_that_fails_leaves_the_file_as_it_was(head: Path, before: str | None):
    file = head / FILE
    if before:
        file.write_text(before)
    seen = []

    def fail() -> None:
        seen.append(json.loads(file.read_text())["default"])
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        publish(head, fail)
    assert seen == [1]
    if before is None:
        assert not file.exists()
    else:
        assert json.loads(file.read_text()) == json.loads(before)
    pinned, undone = (json.loads(line) for line in (head / LOG).read_text().splitlines())
    assert (pinned["command"], undone["command"]) == ("adopt", "adopt, failed")
    assert (undone["before"], undone["after"]) == (pinned["after"], pinned["before"])


@pytest.mark.parametrize("version", [1, 2])
def test_what_is_pinned_already_stays_pinned(head: Path, version: int):
    (head / FILE).write_text(f'{{"default": {version}}}')
    publish(head)
    assert (head / FILE).read_text() == f'{{"default": {version}}}'
    assert not (head / LOG).exists()


def test_what_another_changed_meanwhile_stays(head: Path):
    def fail() -> None:
        (head / FILE).write_text('{"default": 2}')
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        publish(head, fail)
    assert (head / FILE).read_text() == '{"default": 2}'


def test_a_pin_that_keeps_another_new_version_from_serving_stays(head: Path):
    def fail() -> None:
        (head / "2").mkdir()
        (head / "2/head.json").write_text("{}")
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        publish(head, fail)
    assert json.loads((head / FILE).read_text()) == {"default": 1}


def test_a_change_that_can_not_be_recorded_is_not_made(head: Path):
    (head / LOG).mkdir()
    with pytest.raises(IsADirectoryError):
        publish(head, lambda: pytest.fail("it was published"))
    assert not (head / FILE).exists()


def test_a_user_without_a_name_is_recorded_by_number(head: Path, monkeypatch):
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr(getpass, "getuser", nameless)
    publish(head)
    assert json.loads((head / LOG).read_text())["who"].startswith(f"{os.getuid()}@")


def test_a_change_waits_for_that_of_another_process(head: Path):
    """`bin/vgg16 heads` locks the same file."""
    script = """
import sys
from pathlib import Path
from vgg16_models.heads.versions import keep_serving
with keep_serving(Path(sys.argv[1]), "pets", 1, "adopt"):
    pass
"""
    with (head / LOCK).open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        process = subprocess.Popen([sys.executable, "-c", script, str(head.parent)])
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2)
        assert not (head / FILE).exists()
    assert process.wait() == 0
    assert json.loads((head / FILE).read_text()) == {"default": 1}

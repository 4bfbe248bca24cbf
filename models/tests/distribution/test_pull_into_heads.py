"""`pull` into a folder that has versions of the head already."""

from __future__ import annotations

import json
from pathlib import Path

from published_heads import Capture, contents, pull, require_refused, write_head


def write_times(folder: Path) -> dict[Path, int]:
    return {each: each.stat().st_mtime_ns for each in [folder, *folder.rglob("*")]}


def test_the_same_again_writes_nothing(pushed, tmp_path: Path, capsys: Capture):
    assert pull(pushed, tmp_path / "to") == 0
    before = write_times(tmp_path / "to")
    assert pull(pushed, tmp_path / "to") == 0
    assert "same content already: nothing was written" in capsys.readouterr().out
    assert write_times(tmp_path / "to") == before


def test_a_version_is_not_overwritten(pushed, tmp_path: Path, capsys: Capture):
    write_head(tmp_path / "to", graph=b"other weights")
    before = contents(tmp_path / "to")
    assert pull(pushed, tmp_path / "to") == 1
    assert "exists with other content (head.json, head.onnx)" in capsys.readouterr().err
    assert contents(tmp_path / "to") == before


def test_a_staged_version_does_not_serve(pushed, tmp_path: Path, capsys: Capture):
    write_head(tmp_path / "to", version=1)
    assert pull(pushed, tmp_path / "to", "--stage") == 0
    assert "pets@3 does not serve, pets@1 does" in capsys.readouterr().out
    assert json.loads((tmp_path / "to/pets/versions.json").read_text()) == {"default": 1}
    assert '"command": "pull --stage"' in (tmp_path / "to/pets/releases.jsonl").read_text()


def test_a_pinned_version_goes_on_serving(pushed, tmp_path: Path, capsys: Capture):
    write_head(tmp_path / "to", version=1)
    pins = tmp_path / "to/pets/versions.json"
    pins.write_text('{"default": 1}')
    assert pull(pushed, tmp_path / "to") == 0
    assert "pets@3 does not serve, pets@1 does" in capsys.readouterr().out
    assert pins.read_text() == '{"default": 1}'


def test_a_first_version_is_not_staged(pushed, tmp_path: Path, capsys: Capture):
    status = pull(pushed, tmp_path / "to", "--stage")
    require_refused(status, tmp_path / "to", capsys, "leave out --stage")


def test_a_version_that_can_not_be_written_leaves_no_pin(pushed, tmp_path: Path, monkeypatch):
    write_head(tmp_path / "to", version=1)

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr("vgg16_models.distribution.pull.copy_files", full)
    assert pull(pushed, tmp_path / "to", "--stage") == 1
    assert not (tmp_path / "to/pets/versions.json").exists()
    assert not (tmp_path / "to/pets/3").exists()

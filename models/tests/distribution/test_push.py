"""`push`: what it sends, and what it refuses to."""

from __future__ import annotations

from pathlib import Path

import pytest
from published_heads import Capture, contents, pull, push, require_refused, write_head
from vgg16_models.cli import main


def test_a_version_comes_out_as_it_went_in(registry, tmp_path: Path, capsys: Capture):
    write_head(tmp_path / "from")
    assert push(registry, tmp_path / "from") == 0
    assert pull(registry, tmp_path / "to") == 0
    assert contents(tmp_path / "to") == contents(tmp_path / "from")

    printed = capsys.readouterr().out
    assert f"pushed pets@3 to {registry.at('team/heads')}:pets-3\n" in printed
    assert "for the backbone vgg16-160-tf-d9a27cc1fc7f" in printed
    assert "pets@3 serves as pets" in printed


def test_the_artifact_says_what_it_is(pushed):
    artifact = pushed.manifest("pets-3")
    assert artifact["artifactType"] == "application/vnd.vgg16.head.v1"
    assert artifact["annotations"]["dev.vgg16.head.name"] == "pets"
    assert artifact["annotations"]["dev.vgg16.head.version"] == "3"
    assert artifact["annotations"]["dev.vgg16.head.backbone"] == "vgg16-160-tf-d9a27cc1fc7f"
    assert pushed.layer("pets-3", "head.json")["mediaType"].startswith("application/vnd.vgg16.")


def test_a_push_of_the_same_sends_nothing(pushed, tmp_path: Path, capsys: Capture):
    before = pushed.uploads
    assert push(pushed, tmp_path / "from") == 0
    assert "same content already: nothing was sent" in capsys.readouterr().out
    assert pushed.uploads == before


def test_the_tag_of_a_version_keeps_its_content(pushed, tmp_path: Path, capsys: Capture):
    write_head(tmp_path / "other", graph=b"other weights")
    assert push(pushed, tmp_path / "other") == 1
    assert "is there with other content" in capsys.readouterr().err


def test_push_checks_what_it_sends(registry, tmp_path: Path, capsys: Capture):
    folder = write_head(tmp_path / "from")
    (folder / "head.onnx").write_bytes(b"something else")
    require_refused(push(registry, tmp_path / "from"), tmp_path / "to", capsys, "SHA-256")
    assert registry.uploads == 0


@pytest.mark.parametrize(
    ("head", "told"), [("pets", "must be NAME@VERSION"), ("pets@4", "pets/4 is missing")]
)
def test_push_of_what_is_not_there(registry, tmp_path: Path, capsys: Capture, head, told):
    write_head(tmp_path / "from")
    status = main(["push", head, "--heads", str(tmp_path / "from"), "--to", registry.at("heads")])
    require_refused(status, tmp_path / "to", capsys, told)

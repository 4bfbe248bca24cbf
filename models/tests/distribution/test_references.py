"""References to artifacts: their form, tags and digests, and which version they mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from container_registry import digest_of
from published_heads import Capture, contents, pull, push, require_refused, write_head
from vgg16_models.cli import main


def test_the_printed_digest_can_be_pulled(registry, tmp_path: Path, capsys: Capture):
    write_head(tmp_path / "from")
    assert push(registry, tmp_path / "from") == 0
    digest = capsys.readouterr().out.split("@")[-1].strip()
    assert digest == digest_of(registry.manifests["pets-3"])
    assert pull(registry, tmp_path / "to", name=f"team/heads@{digest}") == 0
    assert contents(tmp_path / "to") == contents(tmp_path / "from")


def test_a_tag_that_is_named_moves(pushed, tmp_path: Path):
    write_head(tmp_path / "other", graph=b"other weights")
    for heads in ("from", "other"):
        assert push(pushed, tmp_path / heads, to="team/heads:production") == 0
    assert pull(pushed, tmp_path / "to", name="team/heads:production") == 0
    assert contents(tmp_path / "to") == contents(tmp_path / "other")


@pytest.mark.parametrize(
    "reference",
    [
        "heads:pets-3",
        "oci://heads",
        "oci://host/Heads:1",
        "oci://host/a/../b:1",
        "oci://host/a@sha256:1",
    ],
)
def test_a_reference_of_another_form(tmp_path: Path, capsys: Capture, reference: str):
    status = main(["pull", reference, "--heads", str(tmp_path / "to")])
    require_refused(status, tmp_path / "to", capsys, "must be oci://REGISTRY/REPOSITORY")


def test_pull_needs_a_tag(pushed, tmp_path: Path, capsys: Capture):
    status = pull(pushed, tmp_path / "to", name="team/heads")
    require_refused(status, tmp_path / "to", capsys, "names no version", ":pets-3")


def test_a_tag_that_is_not_there(pushed, tmp_path: Path, capsys: Capture):
    status = pull(pushed, tmp_path / "to", name="team/heads:pets-4")
    require_refused(status, tmp_path / "to", capsys, "is not in the registry")


def test_a_tag_of_a_version_means_that_version(pushed, tmp_path: Path, capsys: Capture):
    pushed.manifests["dogs-9"] = pushed.manifests["pets-3"]
    status = pull(pushed, tmp_path / "to", name="team/heads:dogs-9")
    require_refused(status, tmp_path / "to", capsys, "it is pets@3", "means dogs@9")
    assert push(pushed, tmp_path / "from", to="team/heads:pets-4") == 1
    assert "means pets@4" in capsys.readouterr().err

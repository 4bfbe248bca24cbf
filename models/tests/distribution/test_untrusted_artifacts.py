"""`pull` of artifacts that were changed, are broken, or are no heads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from container_registry import digest_of
from published_heads import Capture, manifest, pull, require_refused


def test_a_blob_that_was_changed(pushed, tmp_path: Path, capsys: Capture):
    digest = pushed.layer("pets-3", "head.onnx")["digest"]
    pushed.blobs[digest] = b"A graph"
    status = pull(pushed, tmp_path / "to")
    require_refused(status, tmp_path / "to", capsys, "the digest of head.onnx is", digest)


@pytest.mark.parametrize("content", [b"a graph, and more", b"a"])
def test_a_blob_of_another_size(pushed, tmp_path: Path, capsys: Capture, content: bytes):
    pushed.blobs[pushed.layer("pets-3", "head.onnx")["digest"]] = content
    status = pull(pushed, tmp_path / "to")
    require_refused(status, tmp_path / "to", capsys, "head.onnx has", "its manifest says 7")


def test_a_blob_that_is_missing(pushed, tmp_path: Path, capsys: Capture):
    del pushed.blobs[pushed.layer("pets-3", "head.onnx")["digest"]]
    require_refused(pull(pushed, tmp_path / "to"), tmp_path / "to", capsys, "404")


def test_a_manifest_that_is_not_the_one_of_the_digest(pushed, tmp_path: Path, capsys: Capture):
    digest = digest_of(pushed.manifests["pets-3"])
    pushed.manifests[digest] += b"\n"
    status = pull(pushed, tmp_path / "to", name=f"team/heads@{digest}")
    require_refused(status, tmp_path / "to", capsys, "the manifest's digest is", digest)


@pytest.mark.parametrize(
    "name", ["../head.json", "/etc/passwd", "a/b", "..", ".hidden", "", None, "versions.json\n"]
)
def test_a_file_that_leads_out_of_the_folder(pushed, tmp_path: Path, capsys: Capture, name):
    artifact = pushed.manifest("pets-3")
    artifact["layers"][0]["annotations"]["org.opencontainers.image.title"] = name
    pushed.put("pets-3", artifact)
    status = pull(pushed, tmp_path / "to")
    require_refused(status, tmp_path / "to", capsys, "is not a head: the file name")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"artifactType": "application/x"}, "its artifact type is application/x"),
        ({"layers": []}, "no layers"),
        ({"layers": [{}]}, "the file name None"),
        ({"layers": [{}] * 33}, "33 files"),
    ],
)
def test_an_artifact_that_is_not_a_head(pushed, tmp_path, capsys: Capture, change, told: str):
    pushed.put("pets-3", pushed.manifest("pets-3") | change)
    require_refused(pull(pushed, tmp_path / "to"), tmp_path / "to", capsys, "not a head", told)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"size": 2**30}, "a head has at most 1,073,741,824"),
        ({"size": -1}, "must be a number of bytes"),
        ({"digest": "md5:1"}, "must be SHA-256"),
    ],
)
def test_a_layer_that_is_wrong(pushed, tmp_path: Path, capsys: Capture, change: dict, told: str):
    artifact = pushed.manifest("pets-3")
    artifact["layers"][0] |= change
    pushed.put("pets-3", artifact)
    require_refused(pull(pushed, tmp_path / "to"), tmp_path / "to", capsys, told)


def test_two_layers_of_one_name(pushed, tmp_path: Path, capsys: Capture):
    artifact = pushed.manifest("pets-3")
    pushed.put("pets-3", artifact | {"layers": artifact["layers"] + artifact["layers"][:1]})
    require_refused(pull(pushed, tmp_path / "to"), tmp_path / "to", capsys, "the same file name")


def test_a_manifest_that_is_too_large(pushed, tmp_path: Path, capsys: Capture):
    pushed.manifests["pets-3"] = b" " * (2**22 + 1)
    status = pull(pushed, tmp_path / "to")
    require_refused(status, tmp_path / "to", capsys, "larger than 4,194,304 bytes")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "not a head's manifest"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "must be a JSON object"),
        (manifest() | {"name": "../../pets"}, "lower-case words"),
        (manifest() | {"version": "3"}, "`version` must be a whole number"),
        (manifest() | {"version": 0}, "`version` must be a whole number"),
        (manifest() | {"backbone": None}, "`backbone` must be"),
        (manifest() | {"labels": []}, "`labels` must be"),
        (manifest() | {"file": "../1/head.onnx"}, "`file` must be"),
        (manifest() | {"file": "graph.onnx"}, "which is not there"),
        (manifest() | {"sha256": "0" * 64}, "head.onnx has the SHA-256"),
        (manifest() | {"explain": {"file": "head.onnx"}}, "head.json says None"),
    ],
)
def test_a_head_whose_manifest_is_wrong(pushed, tmp_path, capsys: Capture, content, told: str):
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    pushed.replace("pets-3", "head.json", content)
    require_refused(pull(pushed, tmp_path / "to"), tmp_path / "to", capsys, "is refused", told)


def test_a_head_without_a_manifest(pushed, tmp_path: Path, capsys: Capture):
    artifact = pushed.manifest("pets-3")
    json_layer = pushed.layer("pets-3", "head.json")
    artifact["layers"].remove(json_layer)
    pushed.put("pets-3", artifact)
    require_refused(pull(pushed, tmp_path / "to"), tmp_path / "to", capsys, "no head.json")

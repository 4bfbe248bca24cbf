"""`--sign-key`, `--verify-key` and `verify`."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from container_registry import ContainerRegistry, container_registry
from published_heads import (
    Capture,
    contents,
    keys,
    manifest,
    pull,
    push,
    require_refused,
    write_head,
)
from vgg16_models.cli import main


def pull_verified(
    registry: ContainerRegistry, tmp_path: Path, key: str = "key.pub.pem", to: str = "to"
) -> int:
    return pull(registry, tmp_path / to, "--verify-key", tmp_path / key)


def verify(tmp_path: Path, heads: str) -> int:
    key = tmp_path / "key.pub.pem"
    return main(["verify", "pets@3", "--heads", str(tmp_path / heads), "--verify-key", str(key)])


def test_a_signed_version(signed, tmp_path: Path, capsys: Capture):
    assert pull_verified(signed, tmp_path) == 0
    assert "its signature is of the key that belongs to" in capsys.readouterr().out
    pulled = contents(tmp_path / "to")
    assert pulled.pop("pets/3/model.sig")
    assert pulled == contents(tmp_path / "from"), "the signature is not written where it was made"


def test_a_signature_goes_on_to_another_registry(signed, tmp_path: Path):
    assert pull(signed, tmp_path / "between") == 0
    with container_registry() as other:
        assert push(other, tmp_path / "between") == 0
        assert pull_verified(other, tmp_path) == 0
    assert contents(tmp_path / "to") == contents(tmp_path / "between")


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("explain.onnx", None, "model.sig is a signature of other files (explain.onnx, head.json)"),
        ("model.sig", b"{}", "model.sig is not a signature"),
    ],
)
def test_a_signature_of_files_that_have_changed_is_not_sent(
    signed, tmp_path: Path, capsys: Capture, file: str, content: bytes | None, told: str
):
    assert pull(signed, tmp_path / "between") == 0
    folder = tmp_path / "between/pets/3"
    if content is None:
        content = b"other"
        changed = manifest()
        changed["explain"] |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": 5}
        (folder / "head.json").write_text(json.dumps(changed))
    (folder / file).write_bytes(content)
    with container_registry() as other:
        assert push(other, tmp_path / "between") == 1
    assert told in capsys.readouterr().err


def test_the_command_line_of_model_signing_knows_the_signature(signed, tmp_path: Path):
    assert pull(signed, tmp_path / "to") == 0
    folder = tmp_path / "to/pets/3"
    command = [sys.executable, "-m", "model_signing", "verify", "key", folder, "--signature"]
    key = ["--public_key", tmp_path / "key.pub.pem"]
    result = subprocess.run(
        [*command, folder / "model.sig", *key], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_signature_by_another_digest_is_sent(registry, tmp_path: Path):
    """As model-signing makes it where one asks: without a key nothing is known of it."""
    from model_signing import hashing, signing

    folder = write_head(tmp_path / "from")
    private, _ = keys(tmp_path)
    config = signing.Config().use_elliptic_key_signer(private_key=private)
    blake2 = hashing.Config().use_file_serialization(hashing_algorithm="blake2")
    config.set_hashing_config(blake2.set_ignored_paths(paths=["model.sig"])).sign(
        folder, folder / "model.sig"
    )
    assert push(registry, tmp_path / "from") == 0


def test_a_version_without_a_signature(pushed, tmp_path: Path, capsys: Capture):
    keys(tmp_path)
    status = pull_verified(pushed, tmp_path)
    require_refused(status, tmp_path / "to", capsys, "no signature", "--sign-key")


def test_a_signature_of_another_key(signed, tmp_path: Path, capsys: Capture):
    keys(tmp_path, "other")
    status = pull_verified(signed, tmp_path, "other.pub.pem")
    require_refused(status, tmp_path / "to", capsys, "its signature", "other.pub.pem")


def test_a_signature_that_claims_another_key(signed, tmp_path: Path, capsys: Capture):
    """With the hint of the right key, and signed with another."""
    _, public = keys(tmp_path, "other")
    bundle = json.loads(signed.blobs[signed.layer("pets-3", "model.sig")["digest"]])
    bundle["verificationMaterial"]["publicKey"]["hint"] = hashlib.sha256(
        public.read_bytes()
    ).hexdigest()
    signed.replace("pets-3", "model.sig", json.dumps(bundle).encode())
    status = pull_verified(signed, tmp_path, "other.pub.pem")
    require_refused(status, tmp_path / "to", capsys, "its signature is not of the key")


@pytest.mark.parametrize("file", ["head.json", "head.onnx", "explain.onnx"])
def test_a_file_that_was_changed_after_signing(signed, tmp_path, capsys: Capture, file: str):
    """By one who can write to the registry, and has made all digests right."""
    changed = manifest(graph=b"b graph") if file == "head.onnx" else manifest() | {"parameters": 1}
    if file == "explain.onnx":
        changed["explain"]["sha256"] = hashlib.sha256(b"other").hexdigest()
    for name, content in (("head.onnx", b"b graph"), ("explain.onnx", b"other")):
        if name == file:
            signed.replace("pets-3", name, content)
    signed.replace("pets-3", "head.json", json.dumps(changed).encode())
    status = pull_verified(signed, tmp_path)
    require_refused(status, tmp_path / "to", capsys, "Signature mismatch", file)
    assert pull(signed, tmp_path / "unverified") == 0, "the signature alone tells"


def test_a_file_that_was_added_after_signing(signed, tmp_path: Path, capsys: Capture):
    artifact = signed.manifest("pets-3")
    added = signed.layer("pets-3", "head.onnx")
    added["annotations"]["org.opencontainers.image.title"] = "added.onnx"
    artifact["layers"].append(added)
    signed.put("pets-3", artifact)
    status = pull_verified(signed, tmp_path)
    require_refused(status, tmp_path / "to", capsys, "added.onnx")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"mediaType": 1}'])
def test_a_file_that_is_no_signature(signed, tmp_path: Path, capsys: Capture, content: bytes):
    signed.replace("pets-3", "model.sig", content)
    require_refused(pull_verified(signed, tmp_path), tmp_path / "to", capsys, "its signature")


def test_a_signature_is_added_and_renewed(pushed, tmp_path: Path, capsys: Capture):
    for name in ("first", "second"):
        private, _ = keys(tmp_path, name)
        assert push(pushed, tmp_path / "from", "--sign-key", private) == 0
    assert pull_verified(pushed, tmp_path, "second.pub.pem") == 0
    assert pull_verified(pushed, tmp_path, "first.pub.pem", "other") == 1


@pytest.mark.parametrize(
    ("option", "content", "told"),
    [
        ("--sign-key", b"text", "is not a private key"),
        ("--sign-key", None, "No such file"),
        ("--verify-key", b"text", "is not a public key"),
        ("--verify-key", None, "No such file"),
    ],
)
def test_a_key_that_can_not_be_used(pushed, tmp_path, capsys: Capture, option, content, told):
    key = tmp_path / "wrong.pem"
    if content:
        key.write_bytes(content)
    to = tmp_path / "to"
    if option == "--sign-key":
        status = push(pushed, tmp_path / "from", option, key)
    else:
        status = pull(pushed, to, option, key)
    require_refused(status, to, capsys, told)


def test_verify_knows_a_folder_that_was_changed(signed, tmp_path: Path, capsys: Capture):
    assert pull(signed, tmp_path / "to") == 0
    assert verify(tmp_path, "to") == 0
    assert "pets@3: its 3 files are as they were signed" in capsys.readouterr().out

    with (tmp_path / "to/pets/3/head.json").open("a") as changed:
        changed.write("\n")
    assert verify(tmp_path, "to") == 1
    assert "Signature mismatch" in capsys.readouterr().err


def test_verify_of_a_folder_without_a_signature(signed, tmp_path: Path, capsys: Capture):
    assert verify(tmp_path, "from") == 1
    assert "has no signature" in capsys.readouterr().err


def test_a_verified_signature_reaches_a_version_that_is_there(
    registry, tmp_path: Path, capsys: Capture
):
    write_head(tmp_path / "from")
    private, public = keys(tmp_path)
    assert push(registry, tmp_path / "from") == 0
    assert pull(registry, tmp_path / "to") == 0
    assert push(registry, tmp_path / "from", "--sign-key", private) == 0
    assert pull(registry, tmp_path / "to", "--verify-key", public) == 0
    assert "its signature was replaced" in capsys.readouterr().out
    (tmp_path / "to/pets/3/.DS_Store").write_bytes(b"hidden")
    given = ["verify", "pets@3", "--heads", tmp_path / "to", "--verify-key", public]
    assert main([str(each) for each in given]) == 0


def test_a_signature_that_leaves_a_file_out(
    registry, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
):
    from model_signing import hashing, signing

    folder = write_head(tmp_path / "from")
    (folder / "more.bin").write_bytes(b"signed by nobody")
    private, public = keys(tmp_path)
    config = signing.Config().use_elliptic_key_signer(private_key=private)
    ignored = hashing.Config().set_ignored_paths(paths=["model.sig", "more.bin"])
    config.set_hashing_config(ignored).sign(folder, folder / "model.sig")
    assert push(registry, tmp_path / "from") == 1
    assert "is a signature of other files (more.bin)" in capsys.readouterr().err

    # By one who does not ask.
    monkeypatch.setattr("vgg16_models.distribution.signature.require_signature_of", lambda *_: None)
    assert push(registry, tmp_path / "from") == 0
    status = pull(registry, tmp_path / "to", "--verify-key", public)
    require_refused(status, tmp_path / "to", capsys, "does not cover more.bin")

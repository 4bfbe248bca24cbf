"""`push`, `pull` and `verify`, with a registry on this machine."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest
from vgg16_models.cli import main

if not all(find_spec(each) for each in ("oras", "model_signing")):
    if os.environ.get("CI") == "true":
        raise ModuleNotFoundError("oras and model-signing are missing: run `make venv`")
    pytest.skip("needs the extra `distribution`", allow_module_level=True)

from container_registry import ContainerRegistry, container_registry, digest_of
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the accounts and the proxy of who runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def registry():
    with container_registry() as started:
        yield started


def write_head(heads: Path, version: int = 3, graph: bytes = b"a graph", **fields: object) -> Path:
    """A whole version of `pets`, its folder returned."""
    folder = heads / "pets" / str(version)
    folder.mkdir(parents=True)
    (folder / "head.onnx").write_bytes(graph)
    (folder / "explain.onnx").write_bytes(b"another graph")
    (folder / "head.json").write_text(json.dumps(manifest(version, graph) | fields))
    return folder


def manifest(version: int = 3, graph: bytes = b"a graph") -> dict:
    return {
        "name": "pets",
        "version": version,
        "backbone": "vgg16-160-tf-d9a27cc1fc7f",
        "labels": ["cat", "dog"],
        "file": "head.onnx",
        "sha256": hashlib.sha256(graph).hexdigest(),
        "explain": {
            "file": "explain.onnx",
            "sha256": hashlib.sha256(b"another graph").hexdigest(),
            "bytes": 13,
        },
    }


def contents(folder: Path) -> dict[str, bytes]:
    """Of every file below, hidden ones too."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def keys(folder: Path, name: str = "key") -> tuple[Path, Path]:
    """A private and a public key."""
    private = ec.generate_private_key(ec.SECP256R1())
    paths = folder / f"{name}.pem", folder / f"{name}.pub.pem"
    paths[0].write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    paths[1].write_bytes(
        private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return paths


def push(registry: ContainerRegistry, heads: Path, *more: object, to: str = "team/heads") -> int:
    given = ["push", "pets@3", "--heads", heads, "--to", registry.at(to), "--plain-http", *more]
    return main([str(each) for each in given])


def pull(
    registry: ContainerRegistry, heads: Path, *more: object, name: str = "team/heads:pets-3"
) -> int:
    given = ["pull", registry.at(name), "--heads", heads, "--plain-http", *more]
    return main([str(each) for each in given])


def require_refused(status: int, heads: Path, capsys: Capture, *told: str) -> None:
    """It failed in one line that says why, and the folder of heads has no file."""
    errors = capsys.readouterr().err
    assert status == 1
    assert errors.count("\n") == 1
    assert "unexpected" not in errors
    for each in told:
        assert each in errors
    assert not heads.exists() or contents(heads) == {}


@pytest.fixture
def pushed(registry: ContainerRegistry, tmp_path: Path) -> ContainerRegistry:
    """A registry with pets@3 of the folder `from`."""
    write_head(tmp_path / "from")
    assert push(registry, tmp_path / "from") == 0
    return registry


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


def test_the_printed_digest_can_be_pulled(registry, tmp_path: Path, capsys: Capture):
    write_head(tmp_path / "from")
    assert push(registry, tmp_path / "from") == 0
    digest = capsys.readouterr().out.split("@")[-1].strip()
    assert digest == digest_of(registry.manifests["pets-3"])
    assert pull(registry, tmp_path / "to", name=f"team/heads@{digest}") == 0
    assert contents(tmp_path / "to") == contents(tmp_path / "from")


def test_a_push_of_the_same_sends_nothing(pushed, tmp_path: Path, capsys: Capture):
    before = pushed.uploads
    assert push(pushed, tmp_path / "from") == 0
    assert "same content already: nothing was sent" in capsys.readouterr().out
    assert pushed.uploads == before


def test_the_tag_of_a_version_keeps_its_content(pushed, tmp_path: Path, capsys: Capture):
    write_head(tmp_path / "other", graph=b"other weights")
    assert push(pushed, tmp_path / "other") == 1
    assert "is there with other content" in capsys.readouterr().err


def test_a_tag_that_is_named_moves(pushed, tmp_path: Path):
    write_head(tmp_path / "other", graph=b"other weights")
    for heads in ("from", "other"):
        assert push(pushed, tmp_path / heads, to="team/heads:production") == 0
    assert pull(pushed, tmp_path / "to", name="team/heads:production") == 0
    assert contents(tmp_path / "to") == contents(tmp_path / "other")


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


def test_a_registry_that_does_not_respond(tmp_path: Path, capsys: Capture):
    with container_registry() as stopped:
        pass
    require_refused(pull(stopped, tmp_path / "to"), tmp_path / "to", capsys, "can't be reached")


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


def test_the_same_again_writes_nothing(pushed, tmp_path: Path, capsys: Capture):
    assert pull(pushed, tmp_path / "to") == 0
    before = (tmp_path / "to/pets/3").stat()
    assert pull(pushed, tmp_path / "to") == 0
    assert "same content already: nothing was written" in capsys.readouterr().out
    assert (tmp_path / "to/pets/3").stat() == before


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


@pytest.fixture
def signed(registry: ContainerRegistry, tmp_path: Path) -> ContainerRegistry:
    """A registry with pets@3 of the folder `from`, signed with key.pem."""
    private, _ = keys(tmp_path)
    write_head(tmp_path / "from")
    assert push(registry, tmp_path / "from", "--sign-key", private) == 0
    return registry


def pull_verified(
    registry: ContainerRegistry, tmp_path: Path, key: str = "key.pub.pem", to: str = "to"
) -> int:
    return pull(registry, tmp_path / to, "--verify-key", tmp_path / key)


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


def verify(tmp_path: Path, heads: str) -> int:
    key = tmp_path / "key.pub.pem"
    return main(["verify", "pets@3", "--heads", str(tmp_path / heads), "--verify-key", str(key)])


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


def log_in(home: Path, registry: ContainerRegistry, account: str) -> None:
    """Writes what `docker login` does."""
    (home / ".docker").mkdir(parents=True, exist_ok=True)
    auth = base64.b64encode(account.encode()).decode()
    config = {"auths": {registry.address: {"auth": auth}}}
    (home / ".docker/config.json").write_text(json.dumps(config))


@pytest.mark.parametrize("scheme", ["Basic", "Bearer"])
def test_a_registry_that_asks_for_an_account(tmp_path: Path, capsys: Capture, scheme: str):
    write_head(tmp_path / "from")
    with container_registry("ann:secret", scheme) as registry:
        told = f"`docker login {registry.address}` first"
        require_refused(push(registry, tmp_path / "from"), tmp_path / "to", capsys, told)
        log_in(tmp_path / "home", registry, "ann:wrong")
        require_refused(push(registry, tmp_path / "from"), tmp_path / "to", capsys, told)
        log_in(tmp_path / "home", registry, "ann:secret")
        assert push(registry, tmp_path / "from") == 0
        assert pull(registry, tmp_path / "to") == 0
    assert contents(tmp_path / "to") == contents(tmp_path / "from")


@pytest.mark.parametrize("command", ["push", "pull", "verify"])
def test_without_the_libraries_it_says_what_to_install(
    command: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("vgg16_models.commands.options.find_spec", lambda _: None)
    arguments = {
        "push": ["pets@3", "--to", "oci://host/heads"],
        "pull": ["oci://host/heads:pets-3"],
        "verify": ["pets@3", "--verify-key", "key.pem"],
    }
    status = main([command, *arguments[command]])
    require_refused(status, tmp_path / "to", capsys, "pip install 'models[distribution]'")


def test_other_commands_do_not_import_the_libraries():
    code = (
        "import sys, vgg16_models.cli;"
        "sys.exit(any(each in sys.modules for each in ('oras', 'requests', 'model_signing')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_tag_of_a_version_means_that_version(pushed, tmp_path: Path, capsys: Capture):
    pushed.manifests["dogs-9"] = pushed.manifests["pets-3"]
    status = pull(pushed, tmp_path / "to", name="team/heads:dogs-9")
    require_refused(status, tmp_path / "to", capsys, "it is pets@3", "means dogs@9")
    assert push(pushed, tmp_path / "from", to="team/heads:pets-4") == 1
    assert "means pets@4" in capsys.readouterr().err


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


@pytest.mark.parametrize("content", ["[]", '{"auths": null}', "no JSON"])
def test_accounts_that_docker_login_did_not_write(pushed, tmp_path: Path, capsys: Capture, content):
    config = tmp_path / "home/.docker/config.json"
    config.parent.mkdir(parents=True)
    config.write_text(content)
    status = pull(pushed, tmp_path / "to")
    require_refused(status, tmp_path / "to", capsys, "~/.docker/config.json")


class _Answers(BaseHTTPRequestHandler):
    """Answers each request with the status, the headers and the body of its server."""

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers))
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


@contextmanager
def answering(status: int, headers: dict[str, str], body: bytes = b""):
    """A server with one answer to everything, and `asked` with the headers of its requests."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.answer, server.asked = (status, headers, body), []
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def pull_from(server: ThreadingHTTPServer, heads: Path) -> int:
    reference = f"oci://127.0.0.1:{server.server_port}/team/heads:pets-3"
    return main(["pull", reference, "--heads", str(heads), "--plain-http"])


def test_another_host_does_not_get_the_account(tmp_path: Path, capsys: Capture):
    home = tmp_path / "home/.docker"
    home.mkdir(parents=True)
    with answering(401, {"Www-Authenticate": 'Bearer realm="http://127.0.0.1:9/t"'}) as other:
        elsewhere = f"http://127.0.0.1:{other.server_port}/v2/"
        with answering(307, {"Location": elsewhere}) as redirecting:
            account = base64.b64encode(b"someone:password").decode()
            host = f"127.0.0.1:{redirecting.server_port}"
            (home / "config.json").write_text(json.dumps({"auths": {host: {"auth": account}}}))
            status = pull_from(redirecting, tmp_path / "to")
    require_refused(status, tmp_path / "to", capsys, "does not get that of the registry")
    assert other.asked
    assert not [each for each in other.asked if "Authorization" in each]


@pytest.mark.parametrize(
    ("status", "headers", "body", "told"),
    [
        (400, {}, b"x" * (5 << 20), "more than 4,194,304 bytes"),
        (401, {"Www-Authenticate": "Bearer"}, b"", "does not say where one is had"),
    ],
)
def test_an_answer_that_is_not_a_registrys(
    tmp_path: Path, capsys: Capture, status: int, headers, body: bytes, told: str
):
    with answering(status, headers, body) as server:
        require_refused(pull_from(server, tmp_path / "to"), tmp_path / "to", capsys, told)

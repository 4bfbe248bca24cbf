"""A head to publish, and the commands that publish it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from container_registry import ContainerRegistry
from vgg16_models.cli import main

Capture = pytest.CaptureFixture[str]


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
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

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

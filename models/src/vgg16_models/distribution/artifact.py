"""The OCI manifest of a head: one layer for each file, so that versions share equal files in a
registry and `oras pull` gives the files under their names."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from ..errors import ModelsError
from ..heads.manifest import HeadManifest
from ..manifest_entries import ModelFile
from .packaged_head import SIGNATURE_FILE, PackagedHead, plain_name

ARTIFACT_TYPE = "application/vnd.vgg16.head.v1"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"

EMPTY = b"{}"
"""The content of the config, which a manifest must have."""

MAX_MANIFEST_BYTES = 4 << 20
MAX_FILES = 32
MAX_BYTES = 1 << 30
MAX_DESCRIPTION_BYTES = 4 << 20
"""Of head.json."""

_TITLE = "org.opencontainers.image.title"


def digest_of(content: bytes) -> str:
    """As the OCI specifications write it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def descriptor(media_type: str, file: ModelFile) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": f"sha256:{file.sha256}", "size": file.bytes}


def empty_config() -> dict[str, Any]:
    return descriptor("application/vnd.oci.empty.v1+json", ModelFile.of_content("config", EMPTY))


def layer(file: ModelFile) -> dict[str, Any]:
    return descriptor(_media_type(file.file), file) | {"annotations": {_TITLE: file.file}}


def to_manifest(packaged: PackagedHead) -> bytes:
    """The same bytes for the same files: without a time, so that the digest is the same."""
    head = packaged.head
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "artifactType": ARTIFACT_TYPE,
        "config": empty_config(),
        "layers": [layer(file) for file in packaged.files],
        "annotations": {
            _TITLE: str(head),
            "org.opencontainers.image.version": str(head.version),
            "dev.vgg16.head.name": head.name,
            "dev.vgg16.head.version": str(head.version),
            "dev.vgg16.head.backbone": packaged.backbone,
        },
    }
    return json.dumps(manifest, indent=2).encode()


def parse_manifest(content: bytes) -> tuple[ModelFile, ...]:
    """The files of a head's artifact.

    Raises ModelsError when it is the manifest of something else, is larger than the limits, or has
    files whose names are not plain.
    """
    manifest = _object(content)
    kind = manifest.get("artifactType")
    if kind != ARTIFACT_TYPE:
        raise ModelsError(
            f"its artifact type is {_cut(kind)}, and that of a head is {ARTIFACT_TYPE}"
        )
    layers = manifest.get("layers")
    if not isinstance(layers, list) or not layers:
        raise ModelsError("its manifest has no layers")
    if len(layers) > MAX_FILES:
        raise ModelsError(f"it has {len(layers)} files, and a head has at most {MAX_FILES}")
    files = tuple(_file(each) for each in layers)
    if len({each.file for each in files}) != len(files):
        raise ModelsError("two of its layers have the same file name")
    size = sum(each.bytes for each in files)
    if size > MAX_BYTES:
        raise ModelsError(f"it has {size:,} bytes, and a head has at most {MAX_BYTES:,}")
    return files


def _media_type(name: str) -> str:
    if name == HeadManifest.FILE:
        return "application/vnd.vgg16.head.manifest.v1+json"
    if name == SIGNATURE_FILE:
        return "application/vnd.dev.sigstore.bundle.v0.3+json"
    if name.endswith(".onnx"):
        return "application/vnd.vgg16.head.graph.v1+onnx"
    return "application/vnd.vgg16.head.file.v1"


def _object(content: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelsError("its manifest is not JSON") from error
    if not isinstance(manifest, dict):
        raise ModelsError("its manifest is not a JSON object")
    return manifest


def _file(raw: Any) -> ModelFile:
    raw = raw if isinstance(raw, dict) else {}
    annotations = raw.get("annotations")
    name = annotations.get(_TITLE) if isinstance(annotations, dict) else None
    digest, size = raw.get("digest"), raw.get("size")
    if not isinstance(name, str) or not plain_name(name):
        raise ModelsError(
            f"the file name {_cut(repr(name))} must be letters, digits, '.', '_' and '-'"
        )
    if not isinstance(digest, str) or not re.fullmatch("sha256:[0-9a-f]{64}", digest):
        raise ModelsError(f"the digest of {name} must be SHA-256, and is {_cut(digest)}")
    if type(size) is not int or size < 0:
        raise ModelsError(f"the size of {name} must be a number of bytes, and is {_cut(size)}")
    limit = MAX_DESCRIPTION_BYTES if name == HeadManifest.FILE else MAX_BYTES
    if size > limit:
        raise ModelsError(f"{name} has more than {limit:,} bytes")
    return ModelFile(name, digest.removeprefix("sha256:"), size)


def _cut(value: object) -> str:
    text = str(value)
    return text if len(text) <= 100 else f"{text[:100]}..."

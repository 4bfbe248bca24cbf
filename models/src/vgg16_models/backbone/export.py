"""Exporting the backbone: `fp32.onnx`, `fp16.onnx` and `backbone.json` from ImageNet weights."""

from __future__ import annotations

import logging
from pathlib import Path

from ..files import write_atomically
from ..graph.builder import serialize
from ..manifest_entries import ModelFile
from . import architecture
from .graph import DTYPES, INPUT, OUTPUT, backbone_onnx
from .manifest import BackboneManifest
from .weights import Weights, digest

NAME = "vgg16-160"
LICENSE = "CC BY 4.0, Visual Geometry Group, University of Oxford"

log = logging.getLogger(__name__)


def export(weights: Weights, out: Path, preprocessing: str = "tf") -> BackboneManifest:
    """Writes the backbone to the folder `out`; an `int8.onnx` of the same backbone is kept.

    `preprocessing`, a key of `pixel_scaling.MODES`, is how the service scales pixels; it does not
    affect the ONNX files.
    """
    manifest = manifest_without_files(weights, preprocessing)
    for precision in DTYPES:
        path = out / f"{precision}.onnx"
        write_atomically(path, serialize(backbone_onnx(weights, precision)))
        manifest = manifest.with_file(precision, ModelFile.of(path))
        log.info("wrote %s (%.1f MB)", path, manifest.files[precision].bytes / 1e6)
    int8 = _kept_int8(out, manifest.id)
    if int8 is not None:
        manifest = manifest.with_file("int8", int8)
    manifest.write(out)
    log.info("wrote %s: %s", out / manifest.FILE, manifest.id)
    return manifest


def manifest_without_files(weights: Weights, preprocessing: str = "tf") -> BackboneManifest:
    """The manifest of a backbone with these weights, without its files."""
    sha256 = digest(weights)
    return BackboneManifest(
        id=f"{NAME}-{preprocessing}-{sha256[:12]}",
        name=NAME,
        preprocessing=preprocessing,
        weights_sha256=sha256,
        input=INPUT,
        output=OUTPUT,
        parameters=architecture.PARAMETERS,
        layers=architecture.layer_rows(),
        files={},
        license=LICENSE,
    )


def _kept_int8(out: Path, backbone_id: str) -> ModelFile | None:
    """The entry of an existing `int8.onnx`, if the existing manifest has it."""
    path = out / "int8.onnx"
    if not path.is_file():
        return None
    if (out / BackboneManifest.FILE).is_file():
        before = BackboneManifest.read(out)
        file = ModelFile.of(path)
        if before.id == backbone_id and before.files.get("int8") == file:
            return file
    log.warning("%s does not match this backbone's manifest and is not listed in the new one", path)
    return None

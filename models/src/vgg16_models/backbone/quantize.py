"""Static quantization: `int8.onnx` from `fp32.onnx`, calibrated on photos.

QDQ format: int8 weights with one scale per output channel, uint8 activations with MinMax ranges.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from ..data.listing import Skipped
from ..data.photos import interleave_labels, scan
from ..files import write_atomically
from ..graph.builder import serialize
from ..manifest_entries import ModelFile
from .graph import INPUT
from .image_loading import load_pixels
from .inference import verified_file
from .manifest import BackboneManifest

log = logging.getLogger(__name__)


def quantize(backbone: Path, images: Path, count: int = 64) -> tuple[Skipped, ...]:
    """Writes `int8.onnx` into the folder `backbone` and its entry into the manifest.

    Calibrates on the first `count` readable photos, of each class in turn and sorted by the SHA-256
    of their content: the same photos give the same file. Returns the skipped files.
    """
    manifest = BackboneManifest.read(backbone)
    source = verified_file(backbone, manifest, "fp32")
    folder = scan(images)
    pixels, unreadable = load_pixels(
        interleave_labels(folder.photos), count, manifest.preprocessing
    )
    log.info("calibrating on %d photos", len(pixels))

    target = backbone / "int8.onnx"
    write_atomically(target, serialize(quantize_static_int8(backbone / source.file, pixels)))
    manifest = manifest.with_file("int8", ModelFile.of(target))
    manifest.write(backbone)
    log.info("wrote %s (%.1f MB)", target, manifest.files["int8"].bytes / 1e6)
    return folder.skipped + unreadable


def quantize_static_int8(fp32: Path, pixels: np.ndarray) -> onnx.ModelProto:
    """The int8 model of the file `fp32`, calibrated on `pixels` [n,160,160,3]."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "int8.onnx"
        quantize_static(
            str(fp32),
            str(output),
            _CalibrationReader(pixels),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )
        return onnx.load(output)


class _CalibrationReader(CalibrationDataReader):
    """Returns batches of one photo, which bounds the memory for activations."""

    def __init__(self, pixels: np.ndarray):
        self._batches: Iterator[np.ndarray] = iter(pixels[:, np.newaxis])

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self._batches, None)
        return None if batch is None else {INPUT.name: batch}

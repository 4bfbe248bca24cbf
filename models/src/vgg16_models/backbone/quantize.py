"""`quantize`: `fp32.onnx` and some photos in, `int8.onnx` out.

Static QDQ: int8 weights with a scale for each output channel, uint8 activations whose ranges are
the smallest and largest values seen on the photos.
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

from ..data.folder_listing import Skipped
from ..data.photos import in_turn, scan
from ..files import atomically
from ..graph.builder import serialized
from ..manifests import BackboneManifest, ModelFile
from .graph import INPUT
from .image_loading import read_pixels
from .inference import verified

log = logging.getLogger(__name__)


def quantize(backbone: Path, images: Path, count: int = 64) -> tuple[Skipped, ...]:
    """Writes `int8.onnx` into the folder `backbone` and its entry into the manifest.

    Calibrates on the first `count` readable photos, the classes in turn, each in the order of
    their content's SHA-256: the same photos give the same file. Returns the files passed over.
    """
    manifest = BackboneManifest.read(backbone)
    source = verified(backbone, manifest, "fp32")
    folder = scan(images)
    pixels, unreadable = read_pixels(in_turn(folder.photos), count, manifest.preprocessing)
    log.info("calibrating on %d photos", len(pixels))

    target = backbone / "int8.onnx"
    atomically(target, serialized(quantized(backbone / source.file, pixels)))
    manifest = manifest.with_file("int8", ModelFile.of(target))
    manifest.write(backbone)
    log.info("wrote %s (%.1f MB)", target, manifest.files["int8"].bytes / 1e6)
    return folder.skipped + unreadable


def quantized(fp32: Path, pixels: np.ndarray) -> onnx.ModelProto:
    """The int8 model of the model in `fp32`, calibrated on `pixels` [n,160,160,3]."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "int8.onnx"
        quantize_static(
            str(fp32),
            str(output),
            _Reader(pixels),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )
        return onnx.load(output)


class _Reader(CalibrationDataReader):
    """Hands the photos out one by one, which bounds the activations held in memory."""

    def __init__(self, pixels: np.ndarray):
        self._batches: Iterator[np.ndarray] = iter(pixels[:, np.newaxis])

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self._batches, None)
        return None if batch is None else {INPUT.name: batch}

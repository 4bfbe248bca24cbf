"""Running an ONNX backbone with ONNX Runtime on the CPU."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort

from ..errors import ModelsError
from ..manifests import BackboneManifest, ModelFile


@dataclass(frozen=True, eq=False)
class Backbone:
    """A loaded backbone in one precision."""

    id: str
    precision: str
    sha256: str
    preprocessing: str
    session: ort.InferenceSession

    @classmethod
    def load(cls, folder: Path, precision: str) -> Backbone:
        """Loads a file that the manifest names; ModelsError if it is missing or another one."""
        manifest = BackboneManifest.read(folder)
        file = verified(folder, manifest, precision)
        return cls(
            manifest.id,
            precision,
            file.sha256,
            manifest.preprocessing,
            session(folder / file.file),
        )

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """[n,160,160,3] float32, preprocessed, to [n,5,5,512] float32."""
        (features,) = self.session.run(None, {"pixels": pixels})
        return features


def verified(folder: Path, manifest: BackboneManifest, precision: str) -> ModelFile:
    """The manifest's entry for `precision`, once the file on disk is known to be that one."""
    file = manifest.files.get(precision)
    if file is None or not (folder / file.file).is_file():
        command = "quantize" if precision == "int8" else "export"
        raise ModelsError(f"{folder} has no {precision}.onnx: run `vgg16-models {command}` first")
    if ModelFile.of(folder / file.file) != file:
        raise ModelsError(f"{folder / file.file} is not the file its manifest describes")
    return file


def session(model: Path | bytes) -> ort.InferenceSession:
    """A session that uses every core this process may use. What goes wrong is raised alone, and
    not written beside it."""
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = len(os.sched_getaffinity(0))
    source = model if isinstance(model, bytes) else str(model)
    return ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])

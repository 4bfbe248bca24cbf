"""Running the backbone with ONNX Runtime."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort

from ..errors import ModelsError
from ..graph.session import create_session
from ..manifest_entries import ModelFile
from .manifest import BackboneManifest


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
        """Raises ModelsError when the file is missing or does not match the manifest."""
        manifest = BackboneManifest.read(folder)
        file = verified_file(folder, manifest, precision)
        return cls(
            manifest.id,
            precision,
            file.sha256,
            manifest.preprocessing,
            create_session(folder / file.file),
        )

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """Feature maps [n,5,5,512] float32 of preprocessed pixels [n,160,160,3] float32."""
        (features,) = self.session.run(None, {"pixels": pixels})
        return features


def verified_file(folder: Path, manifest: BackboneManifest, precision: str) -> ModelFile:
    """The manifest's entry for `precision`, after checking the file against it."""
    file = manifest.files.get(precision)
    if file is None or not (folder / file.file).is_file():
        command = "quantize" if precision == "int8" else "export"
        raise ModelsError(f"{folder} has no {precision}.onnx: run `vgg16-models {command}` first")
    if ModelFile.of(folder / file.file) != file:
        raise ModelsError(f"{folder / file.file} does not match its manifest")
    return file

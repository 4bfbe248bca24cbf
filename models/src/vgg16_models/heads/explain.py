"""Adding the Grad-CAM graph to an existing head."""

from __future__ import annotations

from pathlib import Path

import onnx

from ..errors import ModelsError
from ..files import write_atomically
from ..graph.builder import serialize
from ..manifest_entries import ModelFile
from .grad_cam import grad_cam_onnx
from .manifest import EXPLANATION_FILE, HeadManifest


def add_explanation(folder: Path) -> None:
    """Writes `explain.onnx` for the head in `folder`, and its entry in the manifest.

    Raises ModelsError when there is no head, or its layers are not supported.
    """
    file = folder / str(HeadManifest.read_raw(folder).get("file"))
    try:
        head = onnx.load(file)
    except Exception as error:  # those of protobuf and onnx have no common base class
        raise ModelsError(f"{file} can't be read: {error}") from error
    explanation = serialize(grad_cam_onnx(head))
    write_atomically(folder / EXPLANATION_FILE, explanation)
    HeadManifest.amend(folder, "explain", ModelFile.of_content(EXPLANATION_FILE, explanation))

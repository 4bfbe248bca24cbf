"""The graph that explains a head by heat maps, and adding it to an existing head."""

from __future__ import annotations

from pathlib import Path

import onnx

from ..errors import ModelsError
from ..files import write_atomically
from ..graph.builder import serialize
from ..manifest_entries import ModelFile
from .difference_cam import difference_cam_onnx
from .grad_cam import grad_cam_onnx, has_closed_form
from .manifest import EXPLANATION_FILE, HeadManifest


def explanation_onnx(head: onnx.ModelProto, labels: int, *, pooled: bool) -> onnx.ModelProto:
    """Grad-CAM: in closed form for the heads of `onnx_export`, by differences for any other.

    Raises ModelsError when the head has no gradient.
    """
    if has_closed_form(head):
        return grad_cam_onnx(head)
    return difference_cam_onnx(head, labels, pooled=pooled)


def add_explanation(folder: Path) -> None:
    """Writes `explain.onnx` for the head in `folder`, and its entry in the manifest.

    Raises ModelsError when there is no head, or it can't be explained.
    """
    manifest = HeadManifest.read_raw(folder)
    file = folder / str(manifest.get("file"))
    try:
        head = onnx.load(file)
    except Exception as error:  # those of protobuf and onnx have no common base class
        raise ModelsError(f"{file} can't be read: {error}") from error
    try:
        graph = explanation_onnx(
            head, len(manifest.get("labels", [])), pooled=manifest.get("pooling") == "average"
        )
    except ModelsError as error:
        raise ModelsError(f"{file} can't be explained: {error}") from error
    explanation = serialize(graph)
    write_atomically(folder / EXPLANATION_FILE, explanation)
    HeadManifest.amend(folder, "explain", ModelFile.of_content(EXPLANATION_FILE, explanation))

"""`explain`: gives a head that is there already the graph that `train` writes."""

from __future__ import annotations

from pathlib import Path

import onnx

from ..errors import ModelsError
from ..files import atomically
from ..graph.builder import serialized
from ..manifests import HeadManifest, ModelFile
from .grad_cam import explain_onnx

FILE = "explain.onnx"


def add_explanation(folder: Path) -> None:
    """Makes the graph for the head in `folder`, and puts it into the manifest.

    Raises ModelsError when there is no head, or one that can't be explained.
    """
    file = folder / str(HeadManifest.read_raw(folder).get("file"))
    try:
        head = onnx.load(file)
    except Exception as error:  # protobuf's and onnx's own have no common parent
        raise ModelsError(f"{file} can't be read: {error}") from error
    explanation = serialized(explain_onnx(head))
    atomically(folder / FILE, explanation)
    HeadManifest.amend(folder, "explain", ModelFile.of_content(FILE, explanation))

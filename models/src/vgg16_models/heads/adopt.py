"""`adopt`: a head that was trained elsewhere, such as in PyTorch or scikit-learn, made servable.

The services want a graph from maps [N,5,5,512] to scores [N,labels]. Others export what is near to
it: from averaged maps, from unrolled ones, with channels first, to logits, with labels beside the
scores.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

from ..backbone.inference import session
from ..data.labels import require_labels
from ..errors import ModelsError
from ..files import atomically, whole_folder
from ..graph.builder import serialized
from ..manifests import BackboneManifest, HeadManifest, ModelFile
from .adopted_graph import FEATURES, TAKEN, Layout, connected, layouts
from .name import HeadName
from .onnx_export import INPUT

PROBES = 16

log = logging.getLogger(__name__)


class _DoesNotRunError(ModelsError):
    """ONNX Runtime refuses the model, or maps of this layout."""


def adopt(
    model: Path,
    head: HeadName,
    labels: Sequence[str],
    *,
    backbone: Path,
    out: Path,
    output: str | None = None,
    softmax: bool = False,
) -> Path:
    """Writes a version of a head from the ONNX file `model`; returns its folder.

    `output` names the scores where a model has several outputs, and `softmax` makes them of logits.
    Raises ModelsError when it can't be served, or its scores of a map do not sum to 1.
    """
    target = head.folder(out)
    if target.exists():
        raise ModelsError(f"{target} is there already: without --version the next free one is made")
    require_labels(labels)
    backbone_id = BackboneManifest.read(backbone).id
    given = _read(model)
    try:
        layout, graph = _connected(given, len(labels), output, softmax)
    except ModelsError as error:
        raise ModelsError(f"{model}: {error}") from error
    content = serialized(graph)
    manifest = _manifest(head, labels, backbone_id, layout, graph, content, model.name)
    with whole_folder(target) as partial:
        atomically(partial / "head.onnx", content)
        atomically(partial / HeadManifest.FILE, manifest.content())
    return target


def _manifest(
    head: HeadName,
    labels: Sequence[str],
    backbone_id: str,
    layout: Layout,
    graph: onnx.ModelProto,
    content: bytes,
    adopted: str,
) -> HeadManifest:
    return HeadManifest(
        name=head.name,
        version=head.version,
        backbone=backbone_id,
        labels=tuple(labels),
        input=INPUT,
        pooling="average" if layout.is_pooled else None,
        file="head.onnx",
        sha256=ModelFile.of_content("head.onnx", content).sha256,
        parameters=_parameters(graph),
        layers=(),
        features=None,
        explain=None,
        training={"adopted": adopted},
    )


def _read(model: Path) -> onnx.ModelProto:
    try:
        return onnx.load(model)
    except Exception as error:  # protobuf's and onnx's own have no common parent
        raise ModelsError(f"{model} is no ONNX file that can be read: {error}") from error


def _connected(
    given: onnx.ModelProto, labels: int, output: str | None, softmax: bool
) -> tuple[Layout, onnx.ModelProto]:
    """The graph that is served, by the one layout of maps that the model runs with."""
    candidates = layouts(given)
    running, refused = [], None
    for layout in candidates:
        graph = connected(given, layout, labels, output, softmax)
        try:
            running.append((layout, graph, _scores(graph)))
        except _DoesNotRunError as error:
            refused = error
    if not running and len(candidates) > 1:
        raise ModelsError(f"it runs with none of {TAKEN}: {refused}")
    if not running:
        raise refused
    if len(running) > 1:
        raise ModelsError(
            "its input leaves sizes open, and several kinds of maps fit: export it with the sizes "
            "of one of " + TAKEN
        )
    ((layout, graph, scores),) = running
    _require_probabilities(scores, labels)
    return layout, graph


def _scores(graph: onnx.ModelProto) -> np.ndarray:
    """Of some random maps, as a backbone's last activation would leave them.

    Raises ModelsError when a map's depend on those beside it.
    """
    maps = np.random.default_rng(1).gamma(0.5, 1, (PROBES, *FEATURES)).astype(np.float32)
    try:
        loaded = session(serialized(graph))
        (scores,) = loaded.run(None, {INPUT.name: maps})
        (first,) = loaded.run(None, {INPUT.name: maps[:1]})
    except Exception as error:  # ONNX Runtime's own have no common parent
        raise _DoesNotRunError(
            f"ONNX Runtime {ort.__version__}, which serves, can't run it: {_reason(error)}"
        ) from error
    if scores.ndim != 2 or len(scores) != PROBES:
        raise _DoesNotRunError(f"it gives {list(scores.shape)} for {PROBES} maps, not [N, labels]")
    # Compared as shapes first: one row of scores would be broadcast to many.
    if first.shape != scores[:1].shape:
        raise _DoesNotRunError(f"it gives {list(first.shape)} for one map, not [1, labels]")
    if not np.allclose(first, scores[:1], rtol=0, atol=1e-3, equal_nan=True):
        raise ModelsError("its scores of a map depend on the other maps of the batch")
    return scores


def _require_probabilities(scores: np.ndarray, labels: int) -> None:
    if scores.shape != (PROBES, labels):
        raise ModelsError(
            f"it gives {list(scores.shape[1:])} scores a map, and --labels names {labels}"
        )
    off = float(np.abs(scores.sum(axis=1) - 1).max())
    if not (off < 1e-3 and scores.min() > -1e-6):
        raise ModelsError(
            f"the scores of a map sum to {float(scores[0].sum()):.3g}, not to 1: where "
            "they are logits, --softmax makes probabilities of them"
        )
    log.info("it scores maps; the scores sum to 1 within %.1e", off)


def _reason(error: Exception) -> str:
    """Without the error code and the place in ONNX Runtime's source that come before it."""
    text = " ".join(str(error).split())
    return re.sub(r"^.*?\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : ", "", text)


def _parameters(model: onnx.ModelProto) -> int:
    floats = (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE)
    return sum(
        int(np.prod(value.dims)) for value in model.graph.initializer if value.data_type in floats
    )

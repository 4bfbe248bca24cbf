"""Converting a classifier of another framework, such as PyTorch or scikit-learn, to a head.

The services need a graph from maps [N,5,5,512] to scores [N,labels]. Exporters also write graphs
that take averaged or flattened maps, channels first, or that return logits, or labels and scores.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

from ..backbone.architecture import FEATURES
from ..backbone.manifest import BackboneManifest
from ..data.labels import require_labels
from ..errors import ModelsError
from ..files import new_folder, write_atomically
from ..graph.builder import serialize
from ..graph.session import create_session
from ..manifest_entries import ModelFile
from .adapter_graph import ACCEPTED_INPUTS, Layout, adapt, matching_layouts
from .manifest import HEAD_FILE, HeadManifest
from .name import HeadName
from .onnx_export import INPUT

PROBE_COUNT = 16

log = logging.getLogger(__name__)


class _DoesNotRunError(ModelsError):
    """ONNX Runtime rejects the model, or maps of this layout."""


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

    `output` names the scores where a model has several outputs; `softmax` is applied to logits.
    Raises ModelsError when it can't be served, or its scores do not sum to 1.
    """
    target = head.folder(out)
    if target.exists():
        raise ModelsError(f"{target} exists already: without --version the next free one is used")
    require_labels(labels)
    backbone_id = BackboneManifest.read(backbone).id
    original = _read(model)
    try:
        layout, graph = _adapted(original, len(labels), output, softmax)
    except ModelsError as error:
        raise ModelsError(f"{model}: {error}") from error
    content = serialize(graph)
    manifest = _manifest(head, labels, backbone_id, layout, graph, content, model.name)
    with new_folder(target) as partial:
        write_atomically(partial / HEAD_FILE, content)
        write_atomically(partial / HeadManifest.FILE, manifest.content())
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
        file=HEAD_FILE,
        sha256=ModelFile.of_content(HEAD_FILE, content).sha256,
        parameters=_parameters(graph),
        layers=(),
        features=None,
        explain=None,
        training={"adopted": adopted},
    )


def _read(model: Path) -> onnx.ModelProto:
    try:
        return onnx.load(model)
    except Exception as error:  # those of protobuf and onnx have no common base class
        raise ModelsError(f"{model} is not a valid ONNX file: {error}") from error


def _adapted(
    original: onnx.ModelProto, labels: int, output: str | None, softmax: bool
) -> tuple[Layout, onnx.ModelProto]:
    """The adapted graph, with the only layout of maps that the model runs with."""
    candidates = matching_layouts(original)
    running, failure = [], None
    for layout in candidates:
        graph = adapt(original, layout, labels, output, softmax)
        try:
            running.append((layout, graph, _scores(graph)))
        except _DoesNotRunError as error:
            failure = error
    if not running and len(candidates) > 1:
        raise ModelsError(f"it runs with none of {ACCEPTED_INPUTS}: {failure}")
    if not running:
        raise failure
    if len(running) > 1:
        raise ModelsError(
            "its input has dynamic sizes, and several layouts match: export it with the sizes of"
            f" one of {ACCEPTED_INPUTS}"
        )
    ((layout, graph, scores),) = running
    _require_probabilities(scores, labels)
    return layout, graph


def _scores(graph: onnx.ModelProto) -> np.ndarray:
    """The scores of random maps, distributed like the output of a ReLU.

    Raises ModelsError when the scores of a map depend on the other maps of the batch.
    """
    maps = np.random.default_rng(1).gamma(0.5, 1, (PROBE_COUNT, *FEATURES)).astype(np.float32)
    try:
        loaded = create_session(serialize(graph))
        (scores,) = loaded.run(None, {INPUT.name: maps})
        (first,) = loaded.run(None, {INPUT.name: maps[:1]})
    except Exception as error:  # those of ONNX Runtime have no common base class
        raise _DoesNotRunError(
            f"ONNX Runtime {ort.__version__}, the services' version, can't run it: {_reason(error)}"
        ) from error
    if scores.ndim != 2 or len(scores) != PROBE_COUNT:
        raise _DoesNotRunError(
            f"its output for {PROBE_COUNT} maps is {list(scores.shape)}, not [N, labels]"
        )
    # Before allclose, which would broadcast one row of scores to many.
    if first.shape != scores[:1].shape:
        raise _DoesNotRunError(f"its output for one map is {list(first.shape)}, not [1, labels]")
    if not np.allclose(first, scores[:1], rtol=0, atol=1e-3, equal_nan=True):
        raise ModelsError("its scores of a map depend on the other maps of the batch")
    return scores


def _require_probabilities(scores: np.ndarray, labels: int) -> None:
    if scores.shape != (PROBE_COUNT, labels):
        raise ModelsError(
            f"its output per map is {list(scores.shape[1:])}, and --labels has {labels} labels"
        )
    error = float(np.abs(scores.sum(axis=1) - 1).max())
    if not (error < 1e-3 and scores.min() > -1e-6):
        raise ModelsError(
            f"the scores of a map sum to {float(scores[0].sum()):.3g}, not to 1: if they are"
            " logits, use --softmax"
        )
    log.info("the model runs; its scores sum to 1 within %.1e", error)


def _reason(error: Exception) -> str:
    """The message without ONNX Runtime's error code and source location."""
    text = " ".join(str(error).split())
    return re.sub(r"^.*?\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : ", "", text)


def _parameters(model: onnx.ModelProto) -> int:
    floats = (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE)
    return sum(
        int(np.prod(value.dims)) for value in model.graph.initializer if value.data_type in floats
    )

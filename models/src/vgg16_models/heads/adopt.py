"""Converting a classifier of another framework, such as PyTorch or scikit-learn, to a head.

The services need a graph from maps [N,5,5,512] to scores [N,labels]. Exporters also write graphs
that take averaged or flattened maps, channels first, or that return logits, or labels and scores.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import onnx

from ..backbone.manifest import BackboneManifest
from ..data.labels import require_labels
from ..errors import ModelsError
from ..files import new_folder, write_atomically
from ..graph.builder import serialize
from ..manifest_entries import ModelFile
from . import probes
from .adapter_graph import ACCEPTED_INPUTS, Layout, adapt, matching_layouts
from .class_names import require_order
from .explain import explanation_onnx
from .manifest import EXPLANATION_FILE, HEAD_FILE, HeadManifest
from .name import HeadName
from .onnx_export import INPUT
from .versions import default_version, keep_serving

log = logging.getLogger(__name__)


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
    The version that serves, if any, is pinned: nothing is known yet of how good the new one is.
    Raises ModelsError when it can't be served, its scores do not sum to 1, or its classes have
    another order.
    """
    target = head.folder(out)
    if target.exists():
        raise ModelsError(f"{target} exists already: without --version the next free one is used")
    require_labels(labels)
    backbone_id = BackboneManifest.read(backbone).id
    original = _read(model)
    try:
        require_order(original, labels)
        layout, graph = _adapted(original, len(labels), output, softmax)
    except ModelsError as error:
        raise ModelsError(f"{model}: {error}") from error
    files = {HEAD_FILE: serialize(graph)}
    if explanation := _explanation(graph, len(labels), layout):
        files[EXPLANATION_FILE] = explanation
    manifest = _manifest(head, labels, backbone_id, layout, graph, files, model.name)
    serving = default_version(out, head.name)
    with ExitStack() as stack:
        if serving:
            stack.enter_context(keep_serving(out, head.name, serving, "adopt"))
        partial = stack.enter_context(new_folder(target))
        for name, content in {**files, HeadManifest.FILE: manifest.content()}.items():
            write_atomically(partial / name, content)
    return target


def _manifest(
    head: HeadName,
    labels: Sequence[str],
    backbone_id: str,
    layout: Layout,
    graph: onnx.ModelProto,
    files: Mapping[str, bytes],
    adopted: str,
) -> HeadManifest:
    explanation = files.get(EXPLANATION_FILE)
    explain = explanation and ModelFile.of_content(EXPLANATION_FILE, explanation)
    return HeadManifest(
        name=head.name,
        version=head.version,
        backbone=backbone_id,
        labels=tuple(labels),
        input=INPUT,
        pooling="average" if layout.is_pooled else None,
        file=HEAD_FILE,
        sha256=ModelFile.of_content(HEAD_FILE, files[HEAD_FILE]).sha256,
        parameters=_parameters(graph),
        layers=(),
        features=None,
        explain=explain,
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
        graph = adapt(original, layout, labels, output, softmax=False)
        try:
            running.append((layout, graph, probes.outputs(graph)))
        except probes.DoesNotRunError as error:
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
    ((layout, graph, values),) = running
    if values.shape[1] != labels:
        raise ModelsError(
            f"its output per map is {list(values.shape[1:])}, and --labels has {labels} labels"
        )
    if softmax:
        probes.require_logits(values)
        graph = adapt(original, layout, labels, output, softmax=True)
        values = probes.outputs(graph)
    probes.require_probabilities(values)
    return layout, graph


def _explanation(graph: onnx.ModelProto, labels: int, layout: Layout) -> bytes | None:
    """Heat maps of the head, if it can be explained; else the log says why not."""
    try:
        content = serialize(explanation_onnx(graph, labels, pooled=layout.is_pooled))
    except ModelsError as error:
        log.warning("without explanations: %s", error)
        return None
    log.info("with explanations")
    return content


def _parameters(model: onnx.ModelProto) -> int:
    floats = (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE)
    return sum(
        int(np.prod(value.dims)) for value in model.graph.initializer if value.data_type in floats
    )

"""`adopt`: a head that was trained elsewhere, such as in PyTorch or scikit-learn, made servable.

The services want a graph from maps [N,5,5,512] to scores [N,labels]. Others export what is near to
it: from averaged maps, from unrolled ones, with channels first, to logits, with labels beside the
scores. What is missing is put before and behind their graph, which stays as it is.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .architecture import FEATURES
from .errors import ModelsError
from .files import atomically, whole_folder
from .head_graph import INPUT, OUTPUT
from .head_name import HeadName
from .manifests import BackboneManifest, HeadManifest, ModelFile
from .runtime import session

HEIGHT, WIDTH, CHANNELS = FEATURES
PROBES = 16

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

    `output` names the scores where a model has several outputs, and `softmax` makes them of logits.
    Raises ModelsError when it can't be served, or its scores of a map do not sum to 1.
    """
    target = head.folder(out)
    if target.exists():
        raise ModelsError(f"{target} is there already: without --version the next free one is made")
    try:
        graph = onnx.load(model)
    except Exception as error:  # protobuf's and onnx's own have no common parent
        raise ModelsError(f"{model} is no ONNX file that can be read: {error}") from error
    pooled = _take_maps(graph, str(model))
    _give_scores(graph, str(model), output, len(labels), softmax)
    content = graph.SerializeToString(deterministic=True)
    _try(content, str(model), len(labels))
    with whole_folder(target) as partial:
        atomically(partial / "head.onnx", content)
        manifest = HeadManifest(
            name=head.name,
            version=head.version,
            backbone=BackboneManifest.read(backbone).id,
            labels=tuple(labels),
            input=INPUT,
            pooling="average" if pooled else None,
            file="head.onnx",
            sha256=ModelFile.of(partial / "head.onnx").sha256,
            parameters=_parameters(graph),
            layers=(),
            features=None,
            explain=None,
            training={"adopted": model.name},
        )
        manifest.write(partial)
    return target


def _take_maps(model: onnx.ModelProto, name: str) -> bool:
    """Puts before the graph what makes its input of maps; whether averaged ones do as well."""
    weights = {value.name for value in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1:
        raise ModelsError(f"{name} must have one input, and has {[each.name for each in inputs]}")
    (given,) = inputs
    dimensions = given.type.tensor_type.shape.dim
    if given.type.tensor_type.elem_type != onnx.TensorProto.FLOAT or not dimensions:
        raise ModelsError(f"{name}: the input {given.name} must be a float32 tensor")
    if dimensions[0].dim_value:
        raise ModelsError(
            f"{name}: the input {given.name} must leave its first dimension, the batch, open"
        )
    shape = tuple(dimension.dim_value for dimension in dimensions[1:])
    match shape:
        case (512,):
            axes = numpy_helper.from_array(np.array([1, 2]), "adopted_axes")
            opset = next(each.version for each in model.opset_import if not each.domain)
            if opset < 18:
                node = helper.make_node(
                    "ReduceMean", [INPUT.name], [given.name], axes=[1, 2], keepdims=0
                )
            else:
                model.graph.initializer.append(axes)
                node = helper.make_node(
                    "ReduceMean", [INPUT.name, axes.name], [given.name], keepdims=0
                )
            entry = ("height", "width", CHANNELS)
        case (12800,):
            node = helper.make_node("Flatten", [INPUT.name], [given.name], axis=1)
            entry = FEATURES
        case (512, 5, 5):
            node = helper.make_node("Transpose", [INPUT.name], [given.name], perm=[0, 3, 1, 2])
            entry = FEATURES
        case (5, 5, 512):
            node = helper.make_node("Identity", [INPUT.name], [given.name])
            entry = FEATURES
        case _:
            raise ModelsError(
                f"{name}: the input {given.name} is [N, {', '.join(map(str, shape))}]; a head "
                "takes maps [N, 5, 5, 512], [N, 512, 5, 5], [N, 12800] or averaged [N, 512]"
            )
    if given.name == INPUT.name:
        _rename(model, given.name, "adopted_input")
        node.output[0] = "adopted_input"
    model.graph.node.insert(0, node)
    model.graph.input.remove(given)
    model.graph.input.append(_value(INPUT.name, entry))
    return shape == (512,)


def _rename(model: onnx.ModelProto, old: str, new: str) -> None:
    for node in model.graph.node:
        for at, value in enumerate(node.input):
            if value == old:
                node.input[at] = new


def _give_scores(
    model: onnx.ModelProto, name: str, output: str | None, labels: int, softmax: bool
) -> None:
    """Leaves the scores as the only output."""
    tensors = [
        value
        for value in model.graph.output
        if value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
    ]
    chosen = [value for value in tensors if value.name == (output or value.name)]
    if len(chosen) != 1:
        raise ModelsError(
            f"{name} must have one float32 output of scores, or --output must name it; it has "
            f"{', '.join(value.name for value in model.graph.output)}"
            + ("" if tensors else "; of scikit-learn, convert with options={'zipmap': False}")
        )
    scores = chosen[0].name
    del model.graph.output[:]
    last = helper.make_node("Softmax" if softmax else "Identity", [scores], ["adopted_scores"])
    if softmax:
        last.attribute.append(helper.make_attribute("axis", -1))
    model.graph.node.append(last)
    model.graph.output.append(_value("adopted_scores", (labels,)))
    if not any(OUTPUT in (*node.input, *node.output) for node in model.graph.node):
        model.graph.node[-1].output[0] = OUTPUT
        model.graph.output[0].name = OUTPUT


def _value(name: str, shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N", *shape])


def _try(content: bytes, name: str, labels: int) -> None:
    """Scores some random maps, as a backbone's last activation would leave them."""
    maps = np.random.default_rng(1).gamma(0.5, 1, (PROBES, *FEATURES)).astype(np.float32)
    try:
        (scores,) = session(content).run(None, {INPUT.name: maps})
    except Exception as error:  # ONNX Runtime's own have no common parent
        raise ModelsError(f"{name} can't be run: {error}") from error
    if scores.shape != (PROBES, labels):
        raise ModelsError(
            f"{name} gives {list(scores.shape[1:])} scores a map, and --labels names {labels}"
        )
    off = float(np.abs(scores.sum(axis=1) - 1).max())
    if not (off < 1e-3 and scores.min() > -1e-6):
        raise ModelsError(
            f"{name}: the scores of a map sum to {float(scores[0].sum()):.3g}, not to 1: where "
            "they are logits, --softmax makes probabilities of them"
        )
    log.info("%s scores maps; they sum to 1 within %.1e", name, off)


def _parameters(model: onnx.ModelProto) -> int:
    floats = (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE)
    return sum(
        int(np.prod(value.dims)) for value in model.graph.initializer if value.data_type in floats
    )

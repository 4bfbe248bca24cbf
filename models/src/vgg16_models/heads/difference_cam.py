"""Grad-CAM as an ONNX graph for any head, with differences in place of gradients.

The weight of a channel is the mean over its cells of the gradient, which is the derivative in the
direction that changes all cells of the channel alike. So two maps a channel, one with a little more
of it and one with a little less, give the weights of all classes, whatever the head's layers are.
What is differentiated is the logit where the head ends in a softmax, and the logarithm of the odds
where it does not. Input and output are those of `grad_cam`.

A Scan takes the maps of a batch one after the other, which bounds the memory: a map becomes 1,024.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
from onnx import TensorProto, compose, helper, numpy_helper

from ..backbone.architecture import FEATURES
from ..errors import ModelsError
from ..graph.builder import serialize
from ..graph.opset import convert_for_serving, default_opset
from ..graph.session import create_session
from .grad_cam import OUTPUT
from .onnx_export import INPUT
from .onnx_export import OUTPUT as SCORES

HEIGHT, WIDTH, CHANNELS = FEATURES
CELLS = HEIGHT * WIDTH
MIN_OPSET = 9
"""The first whose Scan has no batch of its own."""

STEP = np.float32(0.01)
"""Relative to the root mean square of the map's values: larger, and more ReLUs change sides within
it; smaller, and the rounding of float32 shows."""

_SMALLEST = np.float32(1e-30)
_HEAD = "head/"
"""The prefix of the head's own values."""


def difference_cam_onnx(head: onnx.ModelProto, labels: int, *, pooled: bool) -> onnx.ModelProto:
    """`pooled`: the head takes maps [N,1,1,512] too.

    Raises ModelsError when the head's scores do not change with small changes of a map.
    """
    model = compose.add_prefix(head, _HEAD, rename_functions=False)
    convert_for_serving(model)
    if default_opset(model) < MIN_OPSET:
        raise ModelsError(f"a model of opset {default_opset(model)}: {MIN_OPSET} is the oldest")
    if trees := [node.op_type for node in head.graph.node if "Tree" in node.op_type]:
        raise ModelsError(f"its {trees[0]} has no gradient")
    body = _body(model.graph, labels, pooled)
    scan = helper.make_node("Scan", [INPUT.name], [OUTPUT], body=body, num_scan_inputs=1)
    graph = helper.make_graph(
        [scan],
        "explain",
        [_value(INPUT.name, ("N", *FEATURES))],
        [_value(OUTPUT, ("N", labels, HEIGHT, WIDTH))],
        model.graph.initializer,
        sparse_initializer=model.graph.sparse_initializer,
    )
    del model.graph.node[:]
    model.graph.CopyFrom(graph)
    _require_heat(model)
    return model


def _body(head: onnx.GraphProto, labels: int, pooled: bool) -> onnx.GraphProto:
    """From one map [5,5,512] to its heat maps [labels,5,5]; the head's weights stay outside."""
    nodes = _Nodes()
    cells = nodes.add("Reshape", "map", _shape(CELLS, CHANNELS))
    squares = nodes.add("Mul", cells, cells)
    mean = nodes.add(
        "MatMul", nodes.add("Reshape", squares, _shape(1, -1)), _column(CELLS * CHANNELS)
    )
    step = nodes.add("Mul", nodes.add("Sqrt", nodes.add("Max", mean, _SMALLEST)), STEP)  # [1,1]
    steps = np.concatenate([np.eye(CHANNELS), -np.eye(CHANNELS)]).astype(np.float32)
    if pooled:
        one = nodes.add("MatMul", _column(CELLS).T, cells)
        maps = nodes.add("Add", one, nodes.add("Mul", steps, step))
        maps = nodes.add("Reshape", maps, _shape(2 * CHANNELS, 1, 1, CHANNELS))
    else:
        one = nodes.add("Reshape", "map", _shape(1, CELLS, CHANNELS))
        changes = nodes.add("Mul", steps[:, np.newaxis], step)
        maps = nodes.add("Add", one, changes)
        maps = nodes.add("Reshape", maps, _shape(2 * CHANNELS, *FEATURES))
    nodes.append("Identity", [maps], [_HEAD + INPUT.name])
    nodes.extend(head.node)

    values = nodes.add("Reshape", _differentiated(nodes, head, labels), _shape(2, -1))
    slopes = nodes.add("MatMul", np.array([[1, -1]], np.float32), values)
    slopes = nodes.add("Reshape", slopes, _shape(CHANNELS, labels))  # by 2 steps: cancelled below
    heat = nodes.add("Relu", nodes.add("MatMul", cells, slopes))
    heat = nodes.add("Transpose", heat, perm=[1, 0])
    heat = nodes.add("Reshape", heat, _shape(1, labels, HEIGHT, WIDTH))
    most = nodes.add("GlobalMaxPool", heat)
    heat = nodes.add("Div", heat, nodes.add("Max", most, _SMALLEST))
    nodes.append("Reshape", [heat, nodes.constant(_shape(labels, HEIGHT, WIDTH))], ["heat_map"])
    return helper.make_graph(
        nodes.nodes,
        "explain_map",
        [_value("map", FEATURES)],
        [_value("heat_map", (labels, HEIGHT, WIDTH))],
        nodes.constants,
    )


def _differentiated(nodes: _Nodes, head: onnx.GraphProto, labels: int) -> str:
    """The name of the logits [n,labels], or of the logarithms of the odds."""
    producers = {name: node for node in head.node for name in node.output}
    name = _HEAD + SCORES
    while (node := producers.get(name)) and node.op_type == "Identity":
        name = node.input[0]
    if node and node.op_type == "Softmax":
        return node.input[0]
    scores = _HEAD + SCORES
    others = nodes.add("MatMul", scores, (1 - np.eye(labels)).astype(np.float32))
    logarithms = [nodes.add("Log", nodes.add("Max", each, _SMALLEST)) for each in (scores, others)]
    return nodes.add("Sub", *logarithms)


def _require_heat(model: onnx.ModelProto) -> None:
    maps = np.random.default_rng(2).gamma(0.5, 1, (4, *FEATURES)).astype(np.float32)
    try:
        (heat,) = create_session(serialize(model)).run(None, {INPUT.name: maps})
    except Exception as error:  # those of ONNX Runtime have no common base class
        raise ModelsError(f"ONNX Runtime can't run its explanation: {error}") from error
    if not heat.any():
        raise ModelsError("its scores do not change with small changes of a map")


class _Nodes:
    """Nodes in their order; inputs are names of values, or arrays, which become constants."""

    def __init__(self):
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, op: str, *inputs: str | np.ndarray, **attributes) -> str:
        """Returns the name of the output."""
        names = [value if isinstance(value, str) else self.constant(value) for value in inputs]
        name = f"explain_{len(self.nodes)}"
        self.append(op, names, [name], **attributes)
        return name

    def append(self, op: str, inputs: Sequence[str], outputs: Sequence[str], **attributes) -> None:
        self.nodes.append(helper.make_node(op, inputs, outputs, **attributes))

    def extend(self, nodes: Sequence[onnx.NodeProto]) -> None:
        self.nodes.extend(nodes)

    def constant(self, value: np.ndarray) -> str:
        name = f"explain_constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name


def _shape(*sizes: int) -> np.ndarray:
    return np.array(sizes, np.int64)


def _column(size: int) -> np.ndarray:
    """Multiplying by it takes the mean."""
    return np.full((size, 1), 1 / size, np.float32)


def _value(name: str, shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

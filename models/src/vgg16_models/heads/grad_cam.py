"""Grad-CAM as an ONNX graph, built from the head's own.

Grad-CAM (Selvaraju et al., 2017, https://arxiv.org/abs/1610.02391) weights each channel of the map
by the mean over its cells of the gradient of the class's logit, and keeps the positive part of the
sum. The gradient of dense layers has a closed form, so the graph has the forward and the backward
pass:

    input `features` [N,5,5,512], output `heat_maps` [N,classes,5,5], each in [0, 1]: divided by its
    maximum, or all zeros where no value is positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper, numpy_helper

from ..backbone.architecture import FEATURES
from ..graph.builder import build_model
from ..manifest_entries import Tensor
from .onnx_export import INPUT, TEMPERATURE

OUTPUT = "heat_maps"
_EPSILON = np.float32(1e-30)
"""Prevents division by zero."""


@dataclass(frozen=True, eq=False)
class _Dense:
    """A dense layer: its node, and its kernel [inputs,units]."""

    node: onnx.NodeProto
    kernel: np.ndarray


def has_closed_form(head: onnx.ModelProto) -> bool:
    """Whether it is a head of `onnx_export`: pooling or flatten, and dense layers."""
    first, *rest = head.graph.node
    return first.op_type in ("ReduceMean", "Flatten") and bool(_dense_layers(head, rest))


def grad_cam_onnx(head: onnx.ModelProto) -> onnx.ModelProto:
    """The Grad-CAM graph of a head that has a closed form."""
    first, *rest = head.graph.node
    *hidden, last = _dense_layers(head, rest)
    nodes = _Nodes([first, *rest[: 2 * len(hidden)]] if hidden else [], head.graph.initializer)

    gradient = nodes.constant(last.kernel.T if hidden else _by_channel(first, last))
    for layer in reversed(hidden):
        active = nodes.add("Greater", layer.node.output[0], np.float32(0))
        active = nodes.add("Cast", active, to=onnx.TensorProto.FLOAT)
        gradient = nodes.add("Mul", gradient, nodes.add("Unsqueeze", active, np.array([1])))
        if layer is not hidden[0]:
            gradient = nodes.add("MatMul", gradient, nodes.transposed(layer.node.input[1]))
    if hidden and first.op_type == "ReduceMean":
        gradient = nodes.add("MatMul", gradient, nodes.transposed(hidden[0].node.input[1]))
    elif hidden:
        gradient = nodes.add("MatMul", gradient, _by_channel(first, hidden[0]))

    height, width, channels = FEATURES
    cells = nodes.add("Reshape", INPUT.name, np.array([0, height * width, channels]))
    heat = nodes.add("MatMul", gradient, nodes.add("Transpose", cells, perm=[0, 2, 1]))
    heat = nodes.add("Relu", heat)
    most = nodes.add("ReduceMax", heat, axes=[-1], keepdims=1)
    heat = nodes.add("Div", heat, nodes.add("Max", most, _EPSILON))
    nodes.add("Reshape", heat, np.array([0, -1, height, width]))
    return nodes.model(Tensor(OUTPUT, (last.kernel.shape[1], height, width)))


def _by_channel(first: onnx.NodeProto, layer: _Dense) -> np.ndarray:
    """The first kernel transposed, averaged over the cells, [units,channels]. After pooling it is
    the same for each cell; a factor common to all channels cancels in the final division."""
    if first.op_type == "ReduceMean":
        return layer.kernel.T
    return layer.kernel.reshape(-1, FEATURES[2], layer.kernel.shape[1]).mean(0).T


def _dense_layers(head: onnx.ModelProto, nodes: Sequence[onnx.NodeProto]) -> list[_Dense]:
    """The dense layers of `nodes`; empty unless these are Gemm, Relu, ..., Gemm, Softmax, or end in
    Sigmoid. A temperature changes no gradient but by a factor that cancels, too."""
    nodes = [node for node in nodes if node.name != TEMPERATURE]
    hidden = ["Gemm", "Relu"] * (len(nodes) // 2 - 1)
    operators = [node.op_type for node in nodes]
    if operators not in ([*hidden, "Gemm", "Softmax"], [*hidden, "Gemm", "Sigmoid"]):
        return []
    values = {value.name: value for value in head.graph.initializer}
    return [
        _Dense(node, numpy_helper.to_array(values[node.input[1]]))
        for node in nodes
        if node.op_type == "Gemm"
    ]


class _Nodes:
    """A list of nodes; inputs are names of values, or arrays, which become constants."""

    def __init__(self, first: Sequence[onnx.NodeProto], constants: Sequence[onnx.TensorProto]):
        taken = {name for node in first for name in node.input}
        self._nodes = list(first)
        self._constants = [value for value in constants if value.name in taken]

    def add(self, op: str, *inputs: str | np.ndarray, **attributes) -> str:
        """Appends a node; returns the name of its output."""
        names = [value if isinstance(value, str) else self.constant(value) for value in inputs]
        name = f"explain_{len(self._nodes)}"
        self._nodes.append(helper.make_node(op, names, [name], name, **attributes))
        return name

    def constant(self, value: np.ndarray) -> str:
        name = f"explain_constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def transposed(self, value: str) -> str:
        return self.add("Transpose", value, perm=[1, 0])

    def model(self, end: Tensor) -> onnx.ModelProto:
        return build_model(INPUT, end, self._nodes, self._constants)

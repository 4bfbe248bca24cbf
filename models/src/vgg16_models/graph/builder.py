"""Building ONNX models with the same opset, metadata and dynamic batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import helper, numpy_helper

from ..manifest_entries import Tensor

OPSET = 17
IR_VERSION = 9
"""Both are supported by every ONNX Runtime since 1.15."""


class SequentialGraph:
    """A sequence of nodes: each has the output of the previous one, and constants, as inputs."""

    def __init__(self, start: Tensor):
        self._start = start
        self._value = start.name
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def add(
        self, op: str, name: str, constants: Mapping[str, np.ndarray] | None = None, **attrs
    ) -> None:
        """Appends a node; `name` is the name of the node and of its output."""
        constants = {f"{name}/{key}": value for key, value in (constants or {}).items()}
        self._constants += [numpy_helper.from_array(v, key) for key, v in constants.items()]
        self._nodes.append(helper.make_node(op, [self._value, *constants], [name], name, **attrs))
        self._value = name

    def model(self, end: Tensor) -> onnx.ModelProto:
        """The checked model; the output of the last node is renamed to that of `end`.

        Contains no version or time: equal nodes give equal bytes.
        """
        return build_model(self._start, end, self._nodes, self._constants)


def build_model(
    start: Tensor,
    end: Tensor,
    nodes: Sequence[onnx.NodeProto],
    constants: Sequence[onnx.TensorProto],
) -> onnx.ModelProto:
    """A checked model with one input and one output; the last node's output gets `end`'s name."""
    nodes[-1].output[0] = end.name
    graph = helper.make_graph(nodes, "vgg16", [_batch_of(start)], [_batch_of(end)], constants)
    model = helper.make_model(
        graph,
        producer_name="vgg16-models",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def serialize(model: onnx.ModelProto) -> bytes:
    return model.SerializeToString(deterministic=True)


def _batch_of(tensor: Tensor) -> onnx.ValueInfoProto:
    """A float32 input or output [N, *shape]; N is dynamic."""
    return helper.make_tensor_value_info(tensor.name, onnx.TensorProto.FLOAT, ["N", *tensor.shape])

"""Writing ONNX: what every model made here has in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import helper, numpy_helper

from ..manifests import Tensor

OPSET = 17
IR_VERSION = 9
"""Both old enough for every ONNX Runtime since 1.15, the Java one included."""


class Chain:
    """A straight line of nodes: each takes what the one before it gave, and constants beside."""

    def __init__(self, start: Tensor):
        self._start = start
        self._value = start.name
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def add(
        self, op: str, name: str, constants: Mapping[str, np.ndarray] | None = None, **attrs
    ) -> None:
        """Appends a node; its output and the node itself are called `name`."""
        constants = {f"{name}/{key}": value for key, value in (constants or {}).items()}
        self._constants += [numpy_helper.from_array(v, key) for key, v in constants.items()]
        self._nodes.append(helper.make_node(op, [self._value, *constants], [name], name, **attrs))
        self._value = name

    def model(self, end: Tensor) -> onnx.ModelProto:
        """The checked model; what the last node gave is its output, under the name of `end`.

        No version and no time goes in: equal chains give equal bytes.
        """
        return checked(self._start, end, self._nodes, self._constants)


def checked(
    start: Tensor,
    end: Tensor,
    nodes: Sequence[onnx.NodeProto],
    constants: Sequence[onnx.TensorProto],
) -> onnx.ModelProto:
    """A model from one input to one output: what the last node gives, under the name of `end`."""
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


def serialized(model: onnx.ModelProto) -> bytes:
    return model.SerializeToString(deterministic=True)


def _batch_of(tensor: Tensor) -> onnx.ValueInfoProto:
    """A float32 input or output [N, *shape], N dynamic."""
    return helper.make_tensor_value_info(tensor.name, onnx.TensorProto.FLOAT, ["N", *tensor.shape])

"""The graph of a head that was trained elsewhere, between what the services give and take.

What is missing is put before and behind it; it stays as it is, but for names that are in the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ..backbone.architecture import FEATURES
from ..errors import ModelsError
from ..graph.opset import default_opset, make_servable
from ..graph.value_names import free_up
from .onnx_export import INPUT, OUTPUT

AXES = "adopted_axes"
CHANNELS = FEATURES[2]
TAKEN = "maps [N, 5, 5, 512], [N, 512, 5, 5], [N, 12800] or averaged [N, 512]"


@dataclass(frozen=True)
class Layout:
    """How a graph takes a map: its shape, and the operator that makes it of the services'."""

    shape: tuple[int, ...]
    operator: str

    @property
    def is_pooled(self) -> bool:
        return self.operator == "ReduceMean"


LAYOUTS = (
    Layout((512,), "ReduceMean"),
    Layout((12800,), "Flatten"),
    Layout((512, 5, 5), "Transpose"),
    Layout((5, 5, 512), "Identity"),
)


def layouts(model: onnx.ModelProto) -> tuple[Layout, ...]:
    """Those that the model's input can have: several where it leaves sizes open.

    Raises ModelsError when there is none.
    """
    given = _input(model)
    tensor = given.type.tensor_type
    if tensor.elem_type != TensorProto.FLOAT:
        raise ModelsError(f"the input {given.name} must be a float32 tensor")
    if not tensor.HasField("shape"):
        return LAYOUTS
    dimensions = tensor.shape.dim
    if dimensions and dimensions[0].dim_value:
        raise ModelsError(f"the input {given.name} must leave its first dimension, the batch, open")
    sizes = [dimension.dim_value or None for dimension in dimensions[1:]]
    fitting = tuple(layout for layout in LAYOUTS if _fits(sizes, layout.shape))
    if not fitting:
        shape = ", ".join(["N", *(str(size or "open") for size in sizes)]) if dimensions else ""
        raise ModelsError(f"the input {given.name} is [{shape}]; a head takes {TAKEN}")
    return fitting


def connected(
    model: onnx.ModelProto, layout: Layout, labels: int, output: str | None, softmax: bool
) -> onnx.ModelProto:
    """From maps to scores, as the services want it: `output` names the scores where there are
    several outputs, and `softmax` makes them of logits. ModelsError when it has no such output.
    """
    made = onnx.ModelProto()
    made.CopyFrom(model)
    make_servable(made)
    given, scores = _input(made), _output(made, output)
    free_up(made.graph, (INPUT.name, OUTPUT, AXES))
    made.graph.node.insert(0, _entry(made, layout, given.name))
    last = helper.make_node("Softmax" if softmax else "Identity", [scores.name], [OUTPUT])
    if softmax:
        last.attribute.append(helper.make_attribute("axis", -1))
    made.graph.node.append(last)
    del made.graph.input[:]
    del made.graph.output[:]
    maps = ("height", "width", CHANNELS) if layout.is_pooled else FEATURES
    made.graph.input.append(_value(INPUT.name, maps))
    made.graph.output.append(_value(OUTPUT, (labels,)))
    return made


def _input(model: onnx.ModelProto) -> onnx.ValueInfoProto:
    weights = {value.name for value in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1:
        raise ModelsError(f"it must have one input, and has {[each.name for each in inputs]}")
    return inputs[0]


def _output(model: onnx.ModelProto, wanted: str | None) -> onnx.ValueInfoProto:
    outputs = model.graph.output
    tensors = [each for each in outputs if each.type.tensor_type.elem_type == TensorProto.FLOAT]
    chosen = [each for each in tensors if each.name == (wanted or each.name)]
    if len(chosen) != 1:
        raise ModelsError(
            "it must have one float32 output of scores, or --output must name it; it has "
            f"{', '.join(each.name for each in outputs) or 'none'}"
            + ("" if tensors else "; of scikit-learn, convert with options={'zipmap': False}")
        )
    return chosen[0]


def _fits(sizes: Sequence[int | None], shape: Sequence[int]) -> bool:
    return len(sizes) == len(shape) and all(
        size in (None, wanted) for size, wanted in zip(sizes, shape, strict=True)
    )


def _entry(model: onnx.ModelProto, layout: Layout, given: str) -> onnx.NodeProto:
    """What makes the model's input of maps."""
    match layout.operator:
        case "ReduceMean" if default_opset(model) >= 18:
            model.graph.initializer.append(numpy_helper.from_array(np.array([1, 2]), AXES))
            return helper.make_node("ReduceMean", [INPUT.name, AXES], [given], keepdims=0)
        case "ReduceMean":
            return helper.make_node("ReduceMean", [INPUT.name], [given], axes=[1, 2], keepdims=0)
        case "Flatten":
            return helper.make_node("Flatten", [INPUT.name], [given], axis=1)
        case "Transpose":
            return helper.make_node("Transpose", [INPUT.name], [given], perm=[0, 3, 1, 2])
        case operator:
            return helper.make_node(operator, [INPUT.name], [given])


def _value(name: str, shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape])

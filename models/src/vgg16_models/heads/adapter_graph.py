"""Adapting the ONNX graph of a classifier of another framework to the services' input and output.

Nodes are inserted before and after the given graph; in the graph itself only names may change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ..backbone.architecture import FEATURES
from ..errors import ModelsError
from ..graph.opset import convert_for_serving, default_opset
from ..graph.value_names import rename_conflicts
from .onnx_export import INPUT, OUTPUT

AXES = "adopted_axes"
CHANNELS = FEATURES[2]
ACCEPTED_INPUTS = "maps [N, 5, 5, 512], [N, 512, 5, 5], [N, 12800] or averaged [N, 512]"


@dataclass(frozen=True)
class Layout:
    """An input shape, and the operator that converts the services' maps to it."""

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


def matching_layouts(model: onnx.ModelProto) -> tuple[Layout, ...]:
    """The layouts that match the model's input: several where it has dynamic sizes.

    Raises ModelsError when none matches.
    """
    source = _input(model)
    tensor = source.type.tensor_type
    if tensor.elem_type != TensorProto.FLOAT:
        raise ModelsError(f"the input {source.name} must be a float32 tensor")
    if not tensor.HasField("shape"):
        return LAYOUTS
    dimensions = tensor.shape.dim
    if dimensions and dimensions[0].dim_value:
        raise ModelsError(f"the input {source.name} must have a dynamic first dimension, the batch")
    sizes = [dimension.dim_value or None for dimension in dimensions[1:]]
    matching = tuple(layout for layout in LAYOUTS if _matches(sizes, layout.shape))
    if not matching:
        shape = ", ".join(["N", *(str(size or "dynamic") for size in sizes)]) if dimensions else ""
        raise ModelsError(f"the input {source.name} is [{shape}]; it must be {ACCEPTED_INPUTS}")
    return matching


def adapt(
    model: onnx.ModelProto, layout: Layout, labels: int, output: str | None, softmax: bool
) -> onnx.ModelProto:
    """A graph from the services' feature maps to scores: `output` names the scores where there are
    several outputs, `softmax` is applied to logits. Raises ModelsError without such an output.
    """
    adapted = onnx.ModelProto()
    adapted.CopyFrom(model)
    convert_for_serving(adapted)
    source, scores = _input(adapted), _output(adapted, output)
    rename_conflicts(adapted.graph, (INPUT.name, OUTPUT, AXES))
    adapted.graph.node.insert(0, _entry(adapted, layout, source.name))
    last = helper.make_node("Softmax" if softmax else "Identity", [scores.name], [OUTPUT])
    if softmax:
        last.attribute.append(helper.make_attribute("axis", -1))
    adapted.graph.node.append(last)
    del adapted.graph.input[:]
    del adapted.graph.output[:]
    maps = ("height", "width", CHANNELS) if layout.is_pooled else FEATURES
    adapted.graph.input.append(_value(INPUT.name, maps))
    adapted.graph.output.append(_value(OUTPUT, (labels,)))
    return adapted


def _input(model: onnx.ModelProto) -> onnx.ValueInfoProto:
    weights = {value.name for value in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1:
        raise ModelsError(f"it must have one input; it has {[each.name for each in inputs]}")
    return inputs[0]


def _output(model: onnx.ModelProto, name: str | None) -> onnx.ValueInfoProto:
    outputs = model.graph.output
    tensors = [each for each in outputs if each.type.tensor_type.elem_type == TensorProto.FLOAT]
    chosen = [each for each in tensors if each.name == (name or each.name)]
    if len(chosen) != 1:
        raise ModelsError(
            "it must have one float32 output, or --output must name it; its outputs: "
            f"{', '.join(each.name for each in outputs) or 'none'}"
            + ("" if tensors else "; convert scikit-learn models with options={'zipmap': False}")
        )
    return chosen[0]


def _matches(sizes: Sequence[int | None], shape: Sequence[int]) -> bool:
    return len(sizes) == len(shape) and all(
        size in (None, expected) for size, expected in zip(sizes, shape, strict=True)
    )


def _entry(model: onnx.ModelProto, layout: Layout, input_name: str) -> onnx.NodeProto:
    """The node from the services' maps to the model's input."""
    match layout.operator:
        case "ReduceMean" if default_opset(model) >= 18:
            model.graph.initializer.append(numpy_helper.from_array(np.array([1, 2]), AXES))
            return helper.make_node("ReduceMean", [INPUT.name, AXES], [input_name], keepdims=0)
        case "ReduceMean":
            return helper.make_node(
                "ReduceMean", [INPUT.name], [input_name], axes=[1, 2], keepdims=0
            )
        case "Flatten":
            return helper.make_node("Flatten", [INPUT.name], [input_name], axis=1)
        case "Transpose":
            return helper.make_node("Transpose", [INPUT.name], [input_name], perm=[0, 3, 1, 2])
        case operator:
            return helper.make_node(operator, [INPUT.name], [input_name])


def _value(name: str, shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape])

"""Exporting a Keras head to ONNX: input `features` [N,5,5,512], output `scores` [N,classes].

With global average pooling as first layer, height and width are dynamic: the same graph scores
maps that are averaged already, [N,1,1,512].
"""

from __future__ import annotations

import keras
import numpy as np
import onnx

from ..backbone.architecture import FEATURES
from ..errors import ModelsError
from ..graph.builder import SequentialGraph
from ..manifest_entries import Tensor

INPUT = Tensor("features", FEATURES)
OUTPUT = "scores"
TEMPERATURE = "temperature"
"""The name of the node that divides the logits."""

_ACTIVATIONS = {
    "relu": ("Relu", {}),
    "sigmoid": ("Sigmoid", {}),
    "softmax": ("Softmax", {"axis": -1}),
}


def head_onnx(model: keras.Model, temperature: float = 1.0) -> onnx.ModelProto:
    """Converts layer by layer; the logits are divided by `temperature`.

    Raises ModelsError for a layer of an unsupported type.
    """
    graph = SequentialGraph(_dynamic_size(INPUT) if pooling(model) else INPUT)
    for layer in model.layers:
        match layer:
            case keras.layers.GlobalAveragePooling2D():
                graph.add("ReduceMean", layer.name, axes=[1, 2], keepdims=0)
            case keras.layers.Flatten():
                graph.add("Flatten", layer.name, axis=1)
            case keras.layers.Dropout():
                continue  # no effect in inference
            case keras.layers.Dense():
                _dense(graph, layer, temperature if layer is model.layers[-1] else 1.0)
            case _:
                raise ModelsError(f"layer {layer.name} ({type(layer).__name__}) is not supported")
    return graph.model(Tensor(OUTPUT, model.output_shape[1:]))


def pooling(model: keras.Model) -> str | None:
    """The pooling that maps may already have when this head scores them: "average", or None."""
    first = model.layers[0]
    if isinstance(first, keras.layers.GlobalAveragePooling2D) and not first.keepdims:
        return "average"
    return None


def _dynamic_size(maps: Tensor) -> Tensor:
    return Tensor(maps.name, ("height", "width", *maps.shape[2:]))


def _dense(graph: SequentialGraph, layer: keras.layers.Dense, temperature: float) -> None:
    kernel, bias = (np.asarray(value, np.float32) for value in layer.get_weights())
    graph.add("Gemm", layer.name, {"kernel": kernel, "bias": bias})
    if temperature != 1:
        graph.add("Div", TEMPERATURE, {"value": np.float32(temperature)})
    op, attributes = _ACTIVATIONS[layer.activation.__name__]
    graph.add(op, f"{layer.name}_{layer.activation.__name__}", **attributes)

"""A Keras head as an ONNX graph: input `features` [N,5,5,512], output `scores` [N,classes].

A head that begins with global average pooling leaves height and width open: a map that is averaged
already, [N,1,1,512], is scored by the same graph, as the mean over one cell is that cell.
"""

from __future__ import annotations

import keras
import numpy as np
import onnx

from ..backbone.architecture import FEATURES
from ..errors import ModelsError
from ..graph.builder import Chain
from ..manifests import Tensor

INPUT = Tensor("features", FEATURES)
OUTPUT = "scores"

_ACTIVATIONS = {"relu": ("Relu", {}), "softmax": ("Softmax", {"axis": -1})}


def head_onnx(model: keras.Model) -> onnx.ModelProto:
    """Translates layer by layer; ModelsError names a layer that it has no ONNX for."""
    chain = Chain(_open(INPUT) if pooling(model) else INPUT)
    for layer in model.layers:
        match layer:
            case keras.layers.GlobalAveragePooling2D():
                chain.add("ReduceMean", layer.name, axes=[1, 2], keepdims=0)
            case keras.layers.Flatten():
                chain.add("Flatten", layer.name, axis=1)
            case keras.layers.Dropout():
                continue  # only training leaves values out
            case keras.layers.Dense():
                _dense(chain, layer)
            case _:
                raise ModelsError(f"no ONNX for layer {layer.name} ({type(layer).__name__})")
    return chain.model(Tensor(OUTPUT, model.output_shape[1:]))


def pooling(model: keras.Model) -> str | None:
    """What a map may have been through before this head sees it: "average", or nothing."""
    first = model.layers[0]
    if isinstance(first, keras.layers.GlobalAveragePooling2D) and not first.keepdims:
        return "average"
    return None


def _open(maps: Tensor) -> Tensor:
    return Tensor(maps.name, ("height", "width", *maps.shape[2:]))


def _dense(chain: Chain, layer: keras.layers.Dense) -> None:
    kernel, bias = (np.asarray(value, np.float32) for value in layer.get_weights())
    chain.add("Gemm", layer.name, {"kernel": kernel, "bias": bias})
    op, attributes = _ACTIVATIONS[layer.activation.__name__]
    chain.add(op, f"{layer.name}_{layer.activation.__name__}", **attributes)

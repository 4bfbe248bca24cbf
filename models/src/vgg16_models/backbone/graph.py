"""The backbone as an ONNX graph: 13 convolutions with ReLU, 5 max poolings.

Input and output are float32 and NHWC in every precision, so the files are interchangeable.
"""

from __future__ import annotations

import numpy as np
import onnx

from ..graph.builder import SequentialGraph
from ..manifest_entries import Tensor
from .architecture import CONVS, FEATURES, SIZE, STAGES, Pool
from .weights import Weights

INPUT = Tensor("pixels", (SIZE, SIZE, 3))
"""RGB, preprocessed."""

OUTPUT = Tensor("features", FEATURES)

DTYPES = {"fp32": np.float32, "fp16": np.float16}
"""The precisions that a graph can be built in; `quantize` makes int8 from fp32."""


def backbone_onnx(weights: Weights, precision: str) -> onnx.ModelProto:
    """Builds the model with weights and arithmetic in `precision`, a key of DTYPES."""
    dtype = DTYPES[precision]
    by_name = {conv.name: values for conv, values in zip(CONVS, weights, strict=True)}

    chain = SequentialGraph(INPUT)
    if precision == "fp16":
        chain.add("Cast", "to_fp16", to=onnx.TensorProto.FLOAT16)
    chain.add("Transpose", "to_nchw", perm=[0, 3, 1, 2])
    for stage in STAGES:
        if isinstance(stage, Pool):
            chain.add("MaxPool", stage.name, kernel_shape=[2, 2], strides=[2, 2])
            continue
        values = by_name[stage.name]
        oihw = np.ascontiguousarray(values.kernel.transpose(3, 2, 0, 1))
        constants = {"kernel": oihw.astype(dtype), "bias": values.bias.astype(dtype)}
        chain.add("Conv", stage.name, constants, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        chain.add("Relu", f"{stage.name}_relu")
    if precision == "fp16":
        chain.add("Transpose", "to_nhwc", perm=[0, 2, 3, 1])
        chain.add("Cast", OUTPUT.name, to=onnx.TensorProto.FLOAT)
    else:
        chain.add("Transpose", OUTPUT.name, perm=[0, 2, 3, 1])
    return chain.model(OUTPUT)

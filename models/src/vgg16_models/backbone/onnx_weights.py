"""Reading the weights of the convolutions from an ONNX model."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper

from ..errors import ModelsError
from .architecture import CONVS
from .weights import Weights, weights_from_arrays


def conv_weights(model: onnx.ModelProto, source: str) -> Weights:
    """The weights of the first 13 Conv nodes; kernels are transposed from OIHW to HWIO."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    convs = [node for node in model.graph.node if node.op_type == "Conv"][: len(CONVS)]
    try:
        return weights_from_arrays(
            [
                (
                    np.transpose(numpy_helper.to_array(constants[node.input[1]]), (2, 3, 1, 0)),
                    numpy_helper.to_array(constants[node.input[2]]),
                )
                for node in convs
            ],
            source,
        )
    except (KeyError, IndexError) as error:
        raise ModelsError(f"{source} has a convolution without constant weights") from error

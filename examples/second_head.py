"""Makes a classifier of feature maps, without any framework for training: by the nearest mean.

    python second_head.py FEATURES.npz OUT.onnx

FEATURES.npz is what `bin/vgg16 extract` writes. The part of a file's name before the first "-" is
its label. `bin/vgg16-models adopt --softmax` makes a head of OUT.onnx.
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CHANNELS = 512


def class_means(path: str) -> tuple[list[str], np.ndarray]:
    """The labels in their order, and for each the mean of its photos' maps over all places."""
    with np.load(path) as maps:
        averaged = {name: maps[name].mean(axis=(0, 1)) for name in maps.files}
    labels = sorted({name.split("-")[0] for name in averaged})
    means = [
        np.mean([mean for name, mean in averaged.items() if name.split("-")[0] == label], axis=0)
        for label in labels
    ]
    return labels, np.stack(means)


def nearest_mean(means: np.ndarray) -> onnx.ModelProto:
    """From averaged maps [N, 512] to logits: -|x - m|^2 / 2, less what all classes share."""
    weights = means.T.astype(np.float32)
    biases = (-0.5 * (means**2).sum(axis=1)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["averaged", "weights", "biases"], ["logits"])],
        "nearest-mean",
        [helper.make_tensor_value_info("averaged", TensorProto.FLOAT, ["N", CHANNELS])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", len(means)])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(biases, "biases"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def main(features: str, out: str) -> None:
    labels, means = class_means(features)
    onnx.save(nearest_mean(means), out)
    print(f"wrote {out}: {','.join(labels)}")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Makes the small heads of the tests. Needs onnx and numpy: python make_heads.py

Each scores maps [N, 1, 2, 3] by softmax(W . flatten(map) + b); the tests compute the same by
themselves from the numbers below, which they repeat.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(__file__).parent / "heads"


def make(
    name: str,
    version: int,
    labels: list[str],
    offset: float,
    folder: Path = FOLDER,
    *,
    classes_open: bool = False,
) -> None:
    """A head whose weight [i, c] is sin(i * 7 + c * 3 + offset) and whose bias [c] is c / 10.

    With `classes_open` the number of classes is known only after a run: which of the scores are
    kept is data to the model.
    """
    classes = len(labels)
    weights = np.sin(np.arange(6)[:, None] * 7 + np.arange(classes) * 3 + offset)
    bias = np.arange(classes) / 10
    if classes_open:
        last = [
            helper.make_node("Softmax", ["logits"], ["all"]),
            helper.make_node("Compress", ["all", "kept"], ["scores"], axis=1),
        ]
        kept = [numpy_helper.from_array(np.ones(classes, bool), "kept")]
    else:
        last = [helper.make_node("Softmax", ["logits"], ["scores"])]
        kept = []
    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["features"], ["flat"]),
            helper.make_node("Gemm", ["flat", "w", "b"], ["logits"]),
            *last,
        ],
        name,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 1, 2, 3])],
        [
            helper.make_tensor_value_info(
                "scores", TensorProto.FLOAT, ["N", "classes" if classes_open else classes]
            )
        ],
        [
            numpy_helper.from_array(weights.astype(np.float32), "w"),
            numpy_helper.from_array(bias.astype(np.float32), "b"),
            *kept,
        ],
    )
    write(folder, name, version, labels, graph, parameters=6 * classes + classes)


def make_pooling(
    name: str, operator: str, labels: list[str], folder: str = "pooling-heads", **more
) -> None:
    """A head that begins by pooling with this operator, leaves height and width open, and says
    that it takes averaged maps; of the pooled numbers, weight [i, c] is sin(i * 7 + c * 3).
    """
    weights = np.sin(np.arange(3)[:, None] * 7 + np.arange(len(labels)) * 3)
    graph = helper.make_graph(
        [
            helper.make_node(operator, ["features"], ["pooled"], axes=[1, 2], keepdims=0),
            helper.make_node("MatMul", ["pooled", "w"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["scores"]),
        ],
        name,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", "h", "w", 3])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", len(labels)])],
        [numpy_helper.from_array(weights.astype(np.float32), "w")],
    )
    write(
        Path(__file__).parent / folder,
        name,
        1,
        labels,
        graph,
        parameters=3 * len(labels),
        input={"name": "features", "shape": [1, 2, 3]},
        pooling="average",
        **more,
    )


def make_explained(name: str, labels: list[str], cells: int = 2) -> None:
    """A pooling head beside a graph that says where it sees each class: the rectified sum over the
    channels of weight times number, of each cell, divided by the largest. A number of cells other
    than 2 makes one that does not fit.
    """
    weights = np.sin(np.arange(3)[:, None] * 7 + np.arange(len(labels)) * 3)
    graph = helper.make_graph(
        [
            helper.make_node("Reshape", ["features", "cells"], ["rows"]),
            helper.make_node("MatMul", ["rows", "w"], ["sums"]),
            helper.make_node("Transpose", ["sums"], ["by_class"], perm=[0, 2, 1]),
            helper.make_node("Relu", ["by_class"], ["heat"]),
            helper.make_node("ReduceMax", ["heat"], ["most"], axes=[-1]),
            helper.make_node("Max", ["most", "least"], ["divisor"]),
            helper.make_node("Div", ["heat", "divisor"], ["parts"]),
            helper.make_node("Reshape", ["parts", "map"], ["heat_maps"]),
        ],
        name,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 1, cells, 3])],
        [
            helper.make_tensor_value_info(
                "heat_maps", TensorProto.FLOAT, ["N", len(labels), 1, cells]
            )
        ],
        [
            numpy_helper.from_array(weights.astype(np.float32), "w"),
            numpy_helper.from_array(np.float32(1e-30), "least"),
            numpy_helper.from_array(np.array([0, cells, 3]), "cells"),
            numpy_helper.from_array(np.array([0, len(labels), 1, cells]), "map"),
        ],
    )
    folder = Path(__file__).parent / "explained-heads"
    data = serialized(graph)
    digest = hashlib.sha256(data).hexdigest()
    explain = {"file": "explain.onnx", "sha256": digest}
    make_pooling(name, "ReduceMean", labels, folder.name, explain=explain)
    (folder / name / "1" / "explain.onnx").write_bytes(data)


def serialized(graph) -> bytes:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


def write(folder: Path, name: str, version: int, labels: list[str], graph, **more) -> None:
    data = serialized(graph)
    folder = folder / name / str(version)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "head.onnx").write_bytes(data)
    manifest = {
        "name": name,
        "version": version,
        "backbone": "tiny",
        "labels": labels,
        "file": "head.onnx",
        "sha256": hashlib.sha256(data).hexdigest(),
        **more,
    }
    (folder / "head.json").write_text(json.dumps(manifest, indent=2) + "\n")


make("three", 1, ["a", "b", "c"], 0.0)
make("three", 2, ["a", "b", "c"], 0.5)
make("three", 10, ["a", "b", "c"], 1.0)
make("two", 1, ["yes", "no"], 2.0)

# As exporters of other frameworks may leave it.
make("open", 1, ["left", "right"], 3.0, Path(__file__).parent / "open-heads", classes_open=True)

# One that says so rightly, and one that lies.
make_pooling("mean", "ReduceMean", ["left", "right"])
make_pooling("peak", "ReduceMax", ["left", "right"])

# One that knows what the features of its training images are like.
make_pooling(
    "knowing",
    "ReduceMean",
    ["left", "right"],
    "novelty-heads",
    features={
        "normalization": "fourth-root-l2",
        "novelty_threshold": 2.5,
        "mean": [0.1, 0.5, -0.2],
        "variance": [0.04, 0.25, 0.01],
    },
)

# One that tells where it sees a class, and one whose graph is of other maps.
make_explained("seeing", ["left", "right"])
make_explained("squinting", ["left", "right"], cells=3)

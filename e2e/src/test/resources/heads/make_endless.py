"""Makes heads that compute for longer than any test waits.

Run it in this folder with the Python package `onnx`.
"""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save


def constant(name, value, kind):
    return numpy_helper.from_array(np.array(value, dtype=kind), name)


def value(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def write(name, times):
    """A head that applies tanh to the mean of a map.

    Args:
        times: nodes that compute how often, `times`, from `features`
    """
    body = helper.make_graph(
        [
            helper.make_node("Tanh", ["before"], ["after"]),
            helper.make_node("Identity", ["go_on"], ["still"]),
        ],
        "body",
        [
            value("i", TensorProto.INT64, []),
            value("go_on", TensorProto.BOOL, []),
            value("before", TensorProto.FLOAT, ["N", 512]),
        ],
        [value("still", TensorProto.BOOL, []), value("after", TensorProto.FLOAT, ["N", 512])],
    )
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["features"], ["mean"], axes=[1, 2], keepdims=0),
            *times,
            helper.make_node("Loop", ["times", "", "mean"], ["last"], body=body),
            helper.make_node("Slice", ["last", "from", "to", "axis"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["scores"], axis=1),
        ],
        "head",
        [value("features", TensorProto.FLOAT, ["N", 5, 5, 512])],
        [value("scores", TensorProto.FLOAT, ["N", 2])],
        [
            constant("many", 1e18, np.float32),
            constant("from", [0], np.int64),
            constant("to", [2], np.int64),
            constant("axis", [1], np.int64),
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="e2e"
    )
    checker.check_model(model)
    save(model, f"{name}.onnx")


def main():
    to_whole = helper.make_node("Cast", ["product"], ["times"], to=TensorProto.INT64)
    write("endless", [helper.make_node("Cast", ["many"], ["times"], to=TensorProto.INT64)])
    # Not while it is loaded: then it runs on zeros.
    write(
        "endless-request",
        [
            helper.make_node("ReduceMax", ["features"], ["largest"], keepdims=0),
            helper.make_node("Mul", ["largest", "many"], ["product"]),
            to_whole,
        ],
    )


if __name__ == "__main__":
    main()

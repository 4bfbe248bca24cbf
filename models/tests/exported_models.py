"""ONNX classifiers as written by exporters: from pooled maps [N,512] to two probabilities, unless
the name says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RANDOM = np.random.default_rng(5)
KERNEL = RANDOM.normal(0, 0.05, (512, 2)).astype(np.float32)
BIAS = np.array([0.25, -0.25], np.float32)
WEIGHTS = (numpy_helper.from_array(KERNEL, "W"), numpy_helper.from_array(BIAS, "B"))
FLOAT = TensorProto.FLOAT


def probabilities(maps: np.ndarray) -> np.ndarray:
    """Their scores for maps [n,5,5,512]."""
    logits = maps.mean(axis=(1, 2)) @ KERNEL + BIAS
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def model(nodes, inputs, outputs, weights=WEIGHTS, opsets=(("", 17),), ir=9) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, "g", inputs, outputs, weights)
    imports = [helper.make_opsetid(domain, version) for domain, version in opsets]
    exported = helper.make_model(graph, opset_imports=imports)
    exported.ir_version = ir
    return exported


def value(name, *shape, kind=FLOAT) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def gemm(
    given="input", scores="probs", shape=("N", 512), logits="logits", **more
) -> onnx.ModelProto:
    nodes = [
        helper.make_node("Gemm", [given, "W", "B"], [logits]),
        helper.make_node("Softmax", [logits], [scores], axis=-1),
    ]
    return model(nodes, [value(given, *shape)], [value(scores, "N", 2)], **more)


def channels_first(*shape) -> onnx.ModelProto:
    nodes = [
        helper.make_node("GlobalAveragePool", ["input"], ["p"]),
        helper.make_node("Flatten", ["p"], ["f"], axis=1),
        helper.make_node("Gemm", ["f", "W", "B"], ["l"]),
        helper.make_node("Softmax", ["l"], ["probs"], axis=-1),
    ]
    return model(nodes, [value("input", *shape)], [value("probs", "N", 2)])


def without_input_shape() -> onnx.ModelProto:
    exported = gemm()
    exported.graph.input[0].type.tensor_type.ClearField("shape")
    return exported


def softmaxed_logits(last="Softmax") -> onnx.ModelProto:
    """Two outputs, each from 0 to 1."""
    exported = gemm()
    node = exported.graph.node[-1]
    exported.graph.node[-1].CopyFrom(helper.make_node(last, node.input, node.output))
    return exported


def trees(names=("no", "yes")) -> onnx.ModelProto:
    """As onnxmltools writes an XGBoost model: one node, and no opset but that of `ai.onnx.ml`."""
    classifier = helper.make_node(
        "TreeEnsembleClassifier",
        ["input"],
        ["label", "probs"],
        domain="ai.onnx.ml",
        nodes_treeids=[0, 0, 0],
        nodes_nodeids=[0, 1, 2],
        nodes_featureids=[7, 0, 0],
        nodes_modes=["BRANCH_LT", "LEAF", "LEAF"],
        nodes_values=[0.5, 0.0, 0.0],
        nodes_truenodeids=[1, 0, 0],
        nodes_falsenodeids=[2, 0, 0],
        nodes_missing_value_tracks_true=[0, 0, 0],
        class_treeids=[0, 0],
        class_nodeids=[1, 2],
        class_ids=[0, 0],
        class_weights=[-1.0, 1.0],
        classlabels_strings=names,
        post_transform="LOGISTIC",
    )
    outputs = [value("label", "N", kind=TensorProto.STRING), value("probs", "N", 2)]
    inputs = [value("input", "N", 512)]
    return model([classifier], inputs, outputs, (), opsets=(("ai.onnx.ml", 1),), ir=8)


def with_metadata(key, text) -> onnx.ModelProto:
    exported = gemm()
    entry = exported.metadata_props.add()
    entry.key, entry.value = key, text
    return exported


def constant() -> onnx.ModelProto:
    """Its scores do not depend on the map."""
    exported = gemm()
    exported.graph.initializer[0].CopyFrom(numpy_helper.from_array(0 * KERNEL, "W"))
    return exported


def only_ml_domain() -> onnx.ModelProto:
    classifier = helper.make_node(
        "LinearClassifier",
        ["input"],
        ["label", "probs"],
        domain="ai.onnx.ml",
        coefficients=[float(each) for each in KERNEL.T.ravel()],
        intercepts=[float(each) for each in BIAS],
        classlabels_ints=[0, 1],
        multi_class=0,
        post_transform="SOFTMAX",
    )
    outputs = [value("label", "N", kind=TensorProto.INT64), value("probs", "N", 2)]
    inputs = [value("input", "N", 512)]
    return model([classifier], inputs, outputs, (), opsets=(("ai.onnx.ml", 1),))


def weights_as_inputs() -> onnx.ModelProto:
    exported = gemm(ir=3, opsets=(("", 8),))
    exported.graph.input.extend([value("W", 512, 2), value("B", 2)])
    return exported


def input_read_in_branches() -> onnx.ModelProto:
    def branch(operator):
        node = helper.make_node(operator, ["features"], [operator])
        return helper.make_graph([node], operator, [], [value(operator, "N", 512)])

    nodes = [
        helper.make_node(
            "If", ["flag"], ["x"], then_branch=branch("Identity"), else_branch=branch("Neg")
        ),
        helper.make_node("Gemm", ["x", "W", "B"], ["l"]),
        helper.make_node("Softmax", ["l"], ["probs"], axis=-1),
    ]
    flag = numpy_helper.from_array(np.array(True), "flag")
    inputs, outputs = [value("features", "N", 512)], [value("probs", "N", 2)]
    return model(nodes, inputs, outputs, (*WEIGHTS, flag))


def flattened(*shape) -> onnx.ModelProto:
    kernel = numpy_helper.from_array(np.zeros((12800, 2), np.float32), "K")
    nodes = [
        helper.make_node("Flatten", ["input"], ["f"], axis=1),
        helper.make_node("MatMul", ["f", "K"], ["l"]),
        helper.make_node("Softmax", ["l"], ["probs"], axis=-1),
    ]
    return model(nodes, [value("input", *shape)], [value("probs", "N", 2)], (kernel,))


def over_the_batch() -> onnx.ModelProto:
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["m"], axes=[0], keepdims=1),
        helper.make_node("Sub", ["input", "m"], ["d"]),
        helper.make_node("Gemm", ["d", "W", "B"], ["l"]),
        helper.make_node("Softmax", ["l"], ["probs"], axis=-1),
    ]
    return model(nodes, [value("input", "N", 512)], [value("probs", "N", 2)])


def float16() -> onnx.ModelProto:
    kind = TensorProto.FLOAT16
    exported = gemm()
    for each in (*exported.graph.input, *exported.graph.output):
        each.type.tensor_type.elem_type = kind
    for each in exported.graph.initializer:
        each.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(each).astype("f2"), each.name))
    return exported


def newer_operator() -> onnx.ModelProto:
    """Cast is another one in opset 28."""
    exported = gemm(opsets=(("", 28),), ir=14)
    exported.graph.node[0].input[0] = "cast"
    exported.graph.node.insert(0, helper.make_node("Cast", ["input"], ["cast"], to=FLOAT))
    return exported


def one_sigmoid() -> onnx.ModelProto:
    exported = gemm()
    exported.graph.node[-1].CopyFrom(helper.make_node("Sigmoid", ["logits"], ["probs"]))
    for each in exported.graph.initializer:
        first = numpy_helper.to_array(each)[..., :1].copy()
        each.CopyFrom(numpy_helper.from_array(first, each.name))
    return exported


ADOPTED: dict[str, Callable[[], onnx.ModelProto]] = {
    "plain": gemm,
    "ai.onnx": lambda: gemm(opsets=(("ai.onnx", 17),)),
    "ai.onnx and the default": lambda: gemm(opsets=(("ai.onnx", 17), ("", 17))),
    "only ai.onnx.ml": only_ml_domain,
    **{
        f"opset {opset}, IR {ir}": lambda opset=opset, ir=ir: gemm(opsets=(("", opset),), ir=ir)
        for opset, ir in (
            (7, 3),
            (12, 7),
            (13, 7),
            (17, 14),
            (18, 8),
            (21, 10),
            (24, 12),
            (26, 13),
            (27, 13),
            (28, 14),
        )
    },
    "inner features": lambda: gemm(logits="features"),
    "inner scores": lambda: gemm(logits="scores"),
    "inner adopted_features": lambda: gemm(given="features", logits="adopted_features"),
    "inner adopted_axes": lambda: gemm(logits="adopted_axes", opsets=(("", 18),)),
    "from features to scores": lambda: gemm("features", "scores"),
    "from scores to features": lambda: gemm("scores", "features"),
    "all sizes dynamic": lambda: gemm(shape=("batch", "features_in")),
    "no input shape": without_input_shape,
    "channels first": lambda: channels_first("N", 512, 5, 5),
    "channels first, dynamic": lambda: channels_first("N", 512, "h", "w"),
    "weights as inputs": weights_as_inputs,
    "input read in branches": input_read_in_branches,
}
"""The scores of each are `probabilities`."""

REFUSED: dict[str, tuple[Callable[[], onnx.ModelProto], str]] = {
    "batch of 1": (
        lambda: gemm(shape=(1, 512)),
        "the input input must have a dynamic first dimension, the batch",
    ),
    "float16": (float16, "the input input must be a float32 tensor"),
    "one sigmoid": (one_sigmoid, r"its output per map is \[1\], and --labels has 2 labels"),
    "a sigmoid for each label": (
        lambda: softmaxed_logits("Sigmoid"),
        "not to 1, and each is from 0 to 1: it is a model of several labels an image",
    ),
    "constant": (constant, "its scores are the same for all maps"),
    "classes in another order": (
        lambda: trees(("yes", "no")),
        "the model's own classes are yes, no: --labels must have these, in that order",
    ),
    "other classes": (lambda: trees(("yes", "maybe")), "the model's own classes are yes, maybe"),
    "a list of names": (lambda: with_metadata("classes", '["yes", "no"]'), "classes are yes, no"),
    "names by number": (
        lambda: with_metadata("names", "{1: 'no', 0: 'yes'}"),
        "the model's own classes are yes, no",
    ),
    "several layouts": (
        lambda: flattened("N", "a", "b", "c"),
        "its input has dynamic sizes, and several layouts match",
    ),
    "no layout": (
        lambda: gemm(shape=("N", "a", "b")),
        r"is \[N, dynamic, dynamic\]; it must be maps \[N, 5, 5, 512\]",
    ),
    "no layout that runs": (
        lambda: channels_first("N", "a", "b"),
        "it must be maps",
    ),
    "over the batch": (over_the_batch, "its scores of a map depend on the other maps"),
    "newer operator": (
        newer_operator,
        "the model has opset 28 and uses its Cast; the services support up to opset 26: export it "
        "with that or a lower one",
    ),
    "opset of the future": (
        lambda: gemm(opsets=(("", 99),)),
        "the model has opset 99; the services support up to opset 26",
    ),
    "two opsets": (
        lambda: gemm(opsets=(("", 17), ("ai.onnx", 18))),
        r"the model imports two opsets, \[17, 18\]",
    ),
    "no default domain's operator": (
        lambda: gemm(opsets=(("ai.onnx.ml", 99),)),
        "the services' version, can't run it",
    ),
    "empty": (lambda: onnx.ModelProto(), r"it must have one input; it has \[\]"),
}
"""And the error of each."""


REFUSED_WITH_SOFTMAX: dict[str, tuple[Callable[[], onnx.ModelProto], str, str]] = {
    "probabilities": (gemm, "no,yes", "are probabilities, not logits: leave out --softmax"),
    "a sigmoid for each label": (
        lambda: softmaxed_logits("Sigmoid"),
        "no,yes",
        "not logits, but a score from 0 to 1 for each label, as a sigmoid gives",
    ),
    "one sigmoid": (one_sigmoid, "dog", "the softmax of one output is always 1"),
}
"""The labels and the error of each, with --softmax."""


def external(folder: Path, *, missing: bool = False) -> Path:
    """A model with its weights in another file of the folder, or without that file."""
    path = folder / "external.onnx"
    onnx.save(gemm(), path, save_as_external_data=True, location="external.data", size_threshold=0)
    if missing:
        (folder / "external.data").unlink()
    return path

"""Makes the small models that the tests of the package onnx load.

Run it in this folder with the Python package `onnx`.
"""

from pathlib import Path

from onnx import AttributeProto, TensorProto, checker, helper, save

FLOAT = TensorProto.FLOAT
IR_VERSION = 8
OPSET = 17


def port(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name, values):
    return helper.make_tensor(name, FLOAT, [len(values)], values)


def write(name, nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(constants))
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="make_fixtures",
    )
    checker.check_model(model, full_check=True)
    save(model, f"{name}.onnx")


def external(name, location, where):
    """y = x + weights, which lie in another file."""
    weights = TensorProto(name="w", data_type=FLOAT, dims=[3], data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, "offset": "0", "length": "12"}.items():
        weights.external_data.add(key=key, value=value)
    nodes = [node("Add", "x", "w", "y")]
    constants = [weights]
    functions = []
    opsets = [helper.make_opsetid("", OPSET)]
    if where == "attribute":
        nodes = [helper.make_node("Constant", [], ["w"], value=weights), *nodes]
        constants = []
    if where == "function":
        # As the default of an attribute, which a Constant in the function refers to.
        value = helper.make_node("Constant", [], ["w"])
        value.attribute.add(name="value", ref_attr_name="default", type=AttributeProto.TENSOR)
        default = helper.make_attribute("default", weights)
        functions = [
            helper.make_function(
                "ours", "Shift", ["x"], ["y"], [value, *nodes], opsets, [], [default]
            )
        ]
        opsets = [*opsets, helper.make_opsetid("ours", 1)]
        nodes = [helper.make_node("Shift", ["x"], ["y"], domain="ours")]
        constants = []
    inputs, outputs = [port("x", ["N", 3])], [port("y", ["N", 3])]
    graph = helper.make_graph(nodes, name, inputs, outputs, constants)
    model = helper.make_model(
        graph, opset_imports=opsets, ir_version=IR_VERSION, functions=functions
    )
    Path(f"{name}.onnx").write_bytes(model.SerializeToString())


def node(kind, *names):
    *inputs, output = names
    return helper.make_node(kind, list(inputs), [output])


def endless():
    """y = tanh(... tanh(x)), which takes longer than any test waits."""
    scalar = helper.make_tensor_value_info("go_on", TensorProto.BOOL, [])
    body = helper.make_graph(
        [node("Tanh", "before", "after"), node("Identity", "go_on", "still")],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            scalar,
            port("before", ["N", 2]),
        ],
        [helper.make_tensor_value_info("still", TensorProto.BOOL, []), port("after", ["N", 2])],
    )
    times = helper.make_tensor("times", TensorProto.INT64, [], [2**62])
    loop = helper.make_node("Loop", ["times", "", "x"], ["y"], body=body)
    write("endless", [loop], [port("x", ["N", 2])], [port("y", ["N", 2])], [times])


def main():
    endless()
    external("external_beside", "weights.bin", "initializer")
    external("external_above", "../../weights.bin", "initializer")
    external("external_absolute", "/etc/passwd", "initializer")
    external("external_attribute", "../weights.bin", "attribute")
    external("external_function", "../weights.bin", "function")
    # y = 2 x + (10, 20, 30), row by row.
    write(
        "affine",
        [node("Mul", "x", "two", "double"), node("Add", "double", "offset", "y")],
        [port("x", ["N", 2, 3])],
        [port("y", ["N", 2, 3])],
        [constant("two", [2.0]), constant("offset", [10.0, 20.0, 30.0])],
    )
    # Four numbers become two: of another shape than the input, with a dimension left open.
    write(
        "pairs",
        [helper.make_node("ReduceSum", ["x", "axis"], ["y"], keepdims=0)],
        [port("x", ["N", "pairs", 2])],
        [port("y", ["N", "pairs"])],
        [helper.make_tensor("axis", TensorProto.INT64, [1], [2])],
    )
    # Maps of height 2, width 3 and 4 channels, as they are.
    write(
        "maps",
        [node("Identity", "x", "y")],
        [port("x", ["N", 2, 3, 4])],
        [port("y", ["N", 2, 3, 4])],
    )
    write(
        "two_inputs",
        [node("Add", "a", "b", "y")],
        [port("a", ["N", 2]), port("b", ["N", 2])],
        [port("y", ["N", 2])],
    )
    write(
        "two_outputs",
        [node("Neg", "x", "y"), node("Abs", "x", "z")],
        [port("x", ["N", 2])],
        [port("y", ["N", 2]), port("z", ["N", 2])],
    )
    write(
        "int64_input",
        [helper.make_node("Cast", ["x"], ["y"], to=FLOAT)],
        [port("x", ["N", 2], TensorProto.INT64)],
        [port("y", ["N", 2])],
    )
    write(
        "double_output",
        [helper.make_node("Cast", ["x"], ["y"], to=TensorProto.DOUBLE)],
        [port("x", ["N", 2])],
        [port("y", ["N", 2], TensorProto.DOUBLE)],
    )
    write("no_rows", [node("Neg", "x", "y")], [port("x", ["N"])], [port("y", ["N"])])
    write("fixed_batch", [node("Neg", "x", "y")], [port("x", [1, 2])], [port("y", [1, 2])])


if __name__ == "__main__":
    main()

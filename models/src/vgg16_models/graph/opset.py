"""What the ONNX Runtime of the services reads: a model of newer versions is brought down to it."""

from __future__ import annotations

from collections.abc import Iterator

import onnx
from onnx import defs, helper

from ..errors import ModelsError
from .builder import OPSET

LAST_OPSET = 26
LAST_IR_VERSION = 13
"""The newest that ONNX Runtime 1.29, which serves, takes."""

FIRST_IR_VERSION = 4
"""The first in which weights need not be inputs as well."""


def graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """A graph and the ones in it, such as the branches of an If."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            inner = [attribute.g] if attribute.HasField("g") else attribute.graphs
            for each in inner:
                yield from graphs(each)


def make_servable(model: onnx.ModelProto) -> None:
    """Changes the versions that the model asks for, and never what it computes.

    Raises ModelsError when an operator of it is newer than the services.
    """
    _use_one_name_of_the_domain(model)
    if not any(each.domain == "" for each in model.opset_import):
        model.opset_import.append(helper.make_opsetid("", OPSET))
    for opset in _default_opsets(model):
        if opset.version > LAST_OPSET:
            _require_unchanged(model, opset.version)
            opset.version = LAST_OPSET
    model.ir_version = min(max(model.ir_version, FIRST_IR_VERSION), LAST_IR_VERSION)
    weights = {value.name for value in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(inputs)


def default_opset(model: onnx.ModelProto) -> int:
    """The version of ONNX's own operators."""
    return next(each.version for each in model.opset_import if not each.domain)


def _use_one_name_of_the_domain(model: onnx.ModelProto) -> None:
    """`ai.onnx` is another name of the default domain, and ONNX Runtime minds the difference."""
    for imports in (model.opset_import, *(each.opset_import for each in model.functions)):
        versions = {each.version for each in imports if each.domain in ("", "ai.onnx")}
        if len(versions) > 1:
            raise ModelsError(f"the model asks for two opsets, {sorted(versions)}: one is allowed")
        others = [each for each in imports if each.domain not in ("", "ai.onnx")]
        mine = [helper.make_opsetid("", version) for version in versions]
        del imports[:]
        imports.extend([*mine, *others])
    for node in _nodes(model):
        if node.domain == "ai.onnx":
            node.domain = ""


def _require_unchanged(model: onnx.ModelProto, version: int) -> None:
    newest = defs.onnx_opset_version()
    newer = sorted(
        {node.op_type for node in _nodes(model) if not node.domain and _is_newer(node, version)}
    )
    if version > newest or newer:
        what = f", of which {', '.join(newer)} is newer" if newer else ""
        raise ModelsError(
            f"the model is of opset {version}{what}, and the services know {LAST_OPSET}: export it"
            f" with opset {LAST_OPSET} or lower"
        )


def _is_newer(node: onnx.NodeProto, version: int) -> bool:
    try:
        return defs.get_schema(node.op_type, version, "").since_version > LAST_OPSET
    except defs.SchemaError:
        return False  # no operator of ONNX: its own function, or ONNX Runtime refuses it


def _default_opsets(model: onnx.ModelProto) -> list[onnx.OperatorSetIdProto]:
    imports = [*model.opset_import, *(o for each in model.functions for o in each.opset_import)]
    return [each for each in imports if not each.domain]


def _nodes(model: onnx.ModelProto) -> Iterator[onnx.NodeProto]:
    for graph in graphs(model.graph):
        yield from graph.node
    for function in model.functions:
        for node in function.node:
            yield node
            for attribute in node.attribute:
                if attribute.HasField("g"):
                    yield from (inner for each in graphs(attribute.g) for inner in each.node)

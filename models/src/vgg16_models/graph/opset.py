"""Converting models to the opset and IR version that the services' ONNX Runtime supports."""

from __future__ import annotations

from collections.abc import Iterator

import onnx
from onnx import defs, helper

from ..errors import ModelsError
from .builder import OPSET

MAX_OPSET = 26
MAX_IR_VERSION = 13
"""The newest that ONNX Runtime 1.29, the services' version, supports."""

MIN_IR_VERSION = 4
"""The first in which weights need not be graph inputs."""


def subgraphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """A graph and the graphs in its attributes, such as the branches of an If."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            inner = [attribute.g] if attribute.HasField("g") else attribute.graphs
            for each in inner:
                yield from subgraphs(each)


def convert_for_serving(model: onnx.ModelProto) -> None:
    """Lowers the versions of the model where that does not change what it computes.

    Raises ModelsError when it has operators that the services do not support.
    """
    _normalize_default_domain(model)
    if not any(each.domain == "" for each in model.opset_import):
        model.opset_import.append(helper.make_opsetid("", OPSET))
    for opset in _default_opsets(model):
        if opset.version > MAX_OPSET:
            _require_unchanged(model, opset.version)
            opset.version = MAX_OPSET
    model.ir_version = min(max(model.ir_version, MIN_IR_VERSION), MAX_IR_VERSION)
    weights = {value.name for value in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(inputs)


def default_opset(model: onnx.ModelProto) -> int:
    """The opset version of the default domain."""
    return next(each.version for each in model.opset_import if not each.domain)


def _normalize_default_domain(model: onnx.ModelProto) -> None:
    """Replaces `ai.onnx`, an alias of the default domain that ONNX Runtime does not resolve."""
    for imports in (model.opset_import, *(each.opset_import for each in model.functions)):
        versions = {each.version for each in imports if each.domain in ("", "ai.onnx")}
        if len(versions) > 1:
            raise ModelsError(f"the model imports two opsets, {sorted(versions)}: one is allowed")
        others = [each for each in imports if each.domain not in ("", "ai.onnx")]
        default = [helper.make_opsetid("", version) for version in versions]
        del imports[:]
        imports.extend([*default, *others])
    for node in _nodes(model):
        if node.domain == "ai.onnx":
            node.domain = ""


def _require_unchanged(model: onnx.ModelProto, version: int) -> None:
    newest = defs.onnx_opset_version()
    newer = sorted(
        {node.op_type for node in _nodes(model) if not node.domain and _is_newer(node, version)}
    )
    if version > newest or newer:
        operators = f" and uses its {', '.join(newer)}" if newer else ""
        raise ModelsError(
            f"the model has opset {version}{operators}; the services support up to opset"
            f" {MAX_OPSET}: export it with that or a lower one"
        )


def _is_newer(node: onnx.NodeProto, version: int) -> bool:
    try:
        return defs.get_schema(node.op_type, version, "").since_version > MAX_OPSET
    except defs.SchemaError:
        return False  # a function of the model, or unknown: then ONNX Runtime rejects it


def _default_opsets(model: onnx.ModelProto) -> list[onnx.OperatorSetIdProto]:
    imports = [*model.opset_import, *(o for each in model.functions for o in each.opset_import)]
    return [each for each in imports if not each.domain]


def _nodes(model: onnx.ModelProto) -> Iterator[onnx.NodeProto]:
    for graph in subgraphs(model.graph):
        yield from graph.node
    for function in model.functions:
        for node in function.node:
            yield node
            for attribute in node.attribute:
                if attribute.HasField("g"):
                    yield from (inner for each in subgraphs(attribute.g) for inner in each.node)

"""Renaming the values of an ONNX graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import onnx

from .opset import subgraphs


def rename_conflicts(graph: onnx.GraphProto, reserved: Iterable[str]) -> None:
    """Renames the values that have a reserved name, in subgraphs too."""
    taken = set(_names(graph))
    new = {}
    for name in reserved:
        if name in taken:
            new[name] = unused_name(taken, f"adopted_{name}")
            taken.add(new[name])
    if new:
        _rename(graph, new)


def unused_name(taken: Iterable[str], name: str) -> str:
    """`name`, with underscores appended if it is taken."""
    taken = set(taken)
    while name in taken:
        name += "_"
    return name


def _names(graph: onnx.GraphProto) -> Iterator[str]:
    for each in subgraphs(graph):
        for node in each.node:
            yield from (*node.input, *node.output)
        for value in (*each.input, *each.output, *each.initializer):
            yield value.name
        yield from (value.values.name for value in each.sparse_initializer)


def _rename(graph: onnx.GraphProto, new: dict[str, str]) -> None:
    for each in subgraphs(graph):
        for node in each.node:
            for values in (node.input, node.output):
                values[:] = [new.get(name, name) for name in values]
        for value in (*each.input, *each.output, *each.value_info, *each.initializer):
            value.name = new.get(value.name, value.name)
        for sparse in each.sparse_initializer:
            sparse.values.name = new.get(sparse.values.name, sparse.values.name)

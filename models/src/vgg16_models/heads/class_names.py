"""The classes that an exported model itself names, in the order of its scores."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence

import onnx
from onnx import TensorProto, numpy_helper

from ..errors import ModelsError
from ..graph.opset import subgraphs
from ..printable import printable

_ATTRIBUTES = ("classlabels_strings", "classlabels_int64s", "classlabels_ints")
"""Of the classifiers of `ai.onnx.ml`, and of ZipMap."""

_METADATA = ("classes", "class_names", "id2label", "labels", "names")
"""Keys under which exporters leave them."""


def require_order(model: onnx.ModelProto, labels: Sequence[str]) -> None:
    """Raises ModelsError when the model names the same classes as `labels` in another order, or
    only some of them. Names that are all others, such as a translation, can't be compared."""
    for names in _named_classes(model):
        if list(names) != list(labels) and set(names) & set(labels):
            own = ", ".join(map(printable, names[:20])) + (", ..." if len(names) > 20 else "")
            raise ModelsError(
                f"the model's own classes are {own}: --labels must have these, in that order"
            )


def _named_classes(model: onnx.ModelProto) -> Iterator[tuple[str, ...]]:
    for graph in subgraphs(model.graph):
        for node in graph.node:
            for attribute in node.attribute:
                if attribute.name in _ATTRIBUTES and (attribute.strings or attribute.ints):
                    strings = (name.decode(errors="replace") for name in attribute.strings)
                    yield tuple(strings) or tuple(str(number) for number in attribute.ints)
        for value in graph.initializer:
            if value.data_type == TensorProto.STRING and "class" in value.name:
                names = numpy_helper.to_array(value).ravel()
                yield tuple(name.decode() if isinstance(name, bytes) else name for name in names)
    for entry in model.metadata_props:
        if entry.key in _METADATA and (names := _parse(entry.value)):
            yield names


def _parse(text: str) -> tuple[str, ...]:
    """A list, or a mapping from the index, in JSON or as Python prints it; else nothing."""
    try:
        value = json.loads(text)
    except ValueError:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return ()
    if isinstance(value, dict):
        try:
            value = [value[key] for key in sorted(value, key=int)]
        except (TypeError, ValueError):
            return ()
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()

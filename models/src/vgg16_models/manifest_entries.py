"""What `backbone.json` and `head.json` have in common: layers, tensors, files, the JSON layout."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .files import write_atomically


@dataclass(frozen=True)
class Layer:
    """One row of Keras's `model.summary()`; the shape is without the batch."""

    name: str
    type: str
    output_shape: tuple[int, ...]
    parameters: int

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> Layer:
        return cls(**{**raw, "output_shape": tuple(raw["output_shape"])})


@dataclass(frozen=True)
class Tensor:
    """An input or output of the ONNX graph; the shape is without the batch.

    In a graph, a name in place of a size makes that dimension dynamic.
    """

    name: str
    shape: tuple[int | str, ...]

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> Tensor:
        return cls(raw["name"], tuple(raw["shape"]))


@dataclass(frozen=True)
class ModelFile:
    """An ONNX file in the folder of the manifest."""

    file: str
    sha256: str
    bytes: int

    @classmethod
    def of(cls, path: Path) -> ModelFile:
        return cls.of_content(path.name, path.read_bytes())

    @classmethod
    def of_content(cls, name: str, content: bytes) -> ModelFile:
        return cls(name, hashlib.sha256(content).hexdigest(), len(content))


def write_json(path: Path, content: dict[str, Any]) -> None:
    write_atomically(path, to_json(content))


def to_json(content: dict[str, Any]) -> bytes:
    """Indented JSON; shapes have one number a line, long arrays are on one line."""
    text = json.dumps(content, indent=2)
    text = re.sub(r"\[[-+.e\d\s,]{1000,}\]", lambda numbers: _on_one_line(numbers[0]), text)
    return (text + "\n").encode()


def _on_one_line(numbers: str) -> str:
    return json.dumps(json.loads(numbers))

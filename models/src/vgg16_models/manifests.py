"""`backbone.json` and `head.json`: what the services read to learn what an ONNX file is."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .backbone.pixel_scaling import MODES
from .errors import ModelsError
from .features.statistics import FeatureStatistics
from .files import atomically


@dataclass(frozen=True)
class Layer:
    """One row of Keras's `model.summary()`; the shape is without the batch."""

    name: str
    type: str
    output_shape: tuple[int, ...]
    parameters: int


@dataclass(frozen=True)
class Tensor:
    """An input or output of the ONNX graph; the shape is without the batch.

    In a graph, a name in place of a size leaves it open.
    """

    name: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True)
class ModelFile:
    """An ONNX file beside the manifest."""

    file: str
    sha256: str
    bytes: int

    @classmethod
    def of(cls, path: Path) -> ModelFile:
        return cls.of_content(path.name, path.read_bytes())

    @classmethod
    def of_content(cls, name: str, content: bytes) -> ModelFile:
        return cls(name, hashlib.sha256(content).hexdigest(), len(content))


@dataclass(frozen=True)
class BackboneManifest:
    """The backbone in one folder, in one or more precisions."""

    FILE = "backbone.json"

    id: str
    name: str
    preprocessing: str
    weights_sha256: str
    input: Tensor
    output: Tensor
    parameters: int
    layers: tuple[Layer, ...]
    files: dict[str, ModelFile]
    license: str

    def with_file(self, precision: str, file: ModelFile) -> BackboneManifest:
        return replace(self, files={**self.files, precision: file})

    def write(self, folder: Path) -> None:
        _write(folder / self.FILE, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> BackboneManifest:
        """Raises ModelsError when the manifest is missing or not one."""
        path = folder / cls.FILE
        if not path.is_file():
            raise ModelsError(f"{path} is missing: run `vgg16-models export --out {folder}` first")
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            if raw["preprocessing"] not in MODES:
                raise ValueError(f"preprocessing must be one of {', '.join(MODES)}")
            return cls(
                **{
                    **raw,
                    "input": _tensor(raw["input"]),
                    "output": _tensor(raw["output"]),
                    "layers": tuple(_layer(layer) for layer in raw["layers"]),
                    "files": {name: ModelFile(**file) for name, file in raw["files"].items()},
                }
            )
        except (ValueError, TypeError, KeyError) as error:
            raise ModelsError(f"{path} is not a backbone manifest: {error!r}") from error


@dataclass(frozen=True)
class HeadManifest:
    """One version of one head."""

    FILE = "head.json"

    name: str
    version: int
    backbone: str
    labels: tuple[str, ...]
    input: Tensor
    pooling: str | None
    """What maps may have been through, "average" or nothing: see `head_graph.pooling`."""
    file: str
    sha256: str
    parameters: int
    layers: tuple[Layer, ...]
    features: FeatureStatistics | None
    explain: ModelFile | None
    """The graph that tells where the head sees a class: see `explain_graph`."""
    training: dict[str, Any]

    def content(self) -> bytes:
        """As it stands in its file."""
        return _json(asdict(self))

    @classmethod
    def amend(cls, folder: Path, field: str, value: FeatureStatistics | ModelFile) -> None:
        """Writes one field into the manifest in `folder`, and leaves the rest of it alone.

        Raises ModelsError when there is none.
        """
        manifest = cls.read_raw(folder)
        training = manifest.pop("training", None)  # the last one, for people to find
        manifest[field] = asdict(value)
        if training is not None:
            manifest["training"] = training
        _write(folder / cls.FILE, manifest)

    @classmethod
    def read_raw(cls, folder: Path) -> dict[str, Any]:
        """The manifest in `folder` as it stands there. Raises ModelsError when it is none."""
        path = folder / cls.FILE
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelsError(f"{path} is not a head's manifest: {error}") from error
        if not isinstance(raw, dict):
            raise ModelsError(f"{path} is not a head's manifest: it must be a JSON object")
        return raw


def _layer(raw: dict[str, Any]) -> Layer:
    return Layer(**{**raw, "output_shape": tuple(raw["output_shape"])})


def _tensor(raw: dict[str, Any]) -> Tensor:
    return Tensor(raw["name"], tuple(raw["shape"]))


def _write(path: Path, content: dict[str, Any]) -> None:
    atomically(path, _json(content))


def _json(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, indent=2)
    # A number a line suits shapes; hundreds of them go on one.
    text = re.sub(r"\[[-+.e\d\s,]{1000,}\]", lambda numbers: _on_one_line(numbers[0]), text)
    return (text + "\n").encode()


def _on_one_line(numbers: str) -> str:
    return json.dumps(json.loads(numbers))

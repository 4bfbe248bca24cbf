"""`backbone.json`: the backbone's files and what the services need to know of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ..errors import ModelsError
from ..manifest_entries import Layer, ModelFile, Tensor, write_json
from .pixel_scaling import MODES


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
        write_json(folder / self.FILE, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> BackboneManifest:
        """Raises ModelsError when the manifest is missing or invalid."""
        path = folder / cls.FILE
        if not path.is_file():
            raise ModelsError(f"{path} is missing: run `vgg16-models export --out {folder}` first")
        try:
            return cls._parse(path.read_text(encoding="utf-8"))
        except (ValueError, TypeError, KeyError) as error:
            raise ModelsError(f"{path} is not a backbone manifest: {error!r}") from error

    @classmethod
    def _parse(cls, text: str) -> BackboneManifest:
        raw = json.loads(text)
        if raw["preprocessing"] not in MODES:
            raise ValueError(f"preprocessing must be one of {', '.join(MODES)}")
        return cls(
            **{
                **raw,
                "input": Tensor.parse(raw["input"]),
                "output": Tensor.parse(raw["output"]),
                "layers": tuple(Layer.parse(layer) for layer in raw["layers"]),
                "files": {name: ModelFile(**file) for name, file in raw["files"].items()},
            }
        )

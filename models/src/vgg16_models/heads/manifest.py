"""`head.json`: one version of a head, as the head service reads it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import ModelsError
from ..features.statistics import FeatureStatistics
from ..manifest_entries import Layer, ModelFile, Tensor, to_json, write_json

HEAD_FILE = "head.onnx"
EXPLANATION_FILE = "explain.onnx"


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
    """The pooling that a map may already have: "average", or None; see `onnx_export.pooling`."""
    file: str
    sha256: str
    parameters: int
    layers: tuple[Layer, ...]
    features: FeatureStatistics | None
    explain: ModelFile | None
    """The graph that computes heat maps: see `grad_cam`."""
    training: dict[str, Any]
    thresholds: tuple[float, ...] | None = None
    """The score from which each label applies, where an image may have any number of labels; None
    where it has one."""

    def content(self) -> bytes:
        """The content of the file."""
        fields = asdict(self)
        thresholds = fields.pop("thresholds")
        if thresholds is not None:
            training = fields.pop("training")  # stays the last field
            fields |= {"thresholds": thresholds, "training": training}
        return to_json(fields)

    @classmethod
    def amend(cls, folder: Path, field: str, value: FeatureStatistics | ModelFile) -> None:
        """Sets one field of the manifest in `folder`, and keeps all others as they are.

        Raises ModelsError when there is no manifest.
        """
        manifest = cls.read_raw(folder)
        training = manifest.pop("training", None)  # stays the last field
        manifest[field] = asdict(value)
        if training is not None:
            manifest["training"] = training
        write_json(folder / cls.FILE, manifest)

    @classmethod
    def read_raw(cls, folder: Path) -> dict[str, Any]:
        """The parsed JSON of the manifest in `folder`. Raises ModelsError when it is invalid."""
        path = folder / cls.FILE
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelsError(f"{path} is not a head's manifest: {error}") from error
        if not isinstance(raw, dict):
            raise ModelsError(f"{path} is not a head's manifest: it must be a JSON object")
        return raw

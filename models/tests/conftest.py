"""Random weights, backbones and photos, and the exported backbone."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from checkout import MODELS
from sample_photos import photos_in
from vgg16_models.backbone.architecture import CONVS
from vgg16_models.backbone.export import export
from vgg16_models.backbone.weights import ConvWeights, Weights


@pytest.fixture(scope="session")
def weights() -> Weights:
    """Random weights, scaled so that activations neither vanish nor explode."""
    random = np.random.default_rng(1)
    return tuple(
        ConvWeights(
            random.normal(0, np.sqrt(2 / (9 * conv.inputs)), conv.kernel_shape).astype("<f4"),
            random.normal(0, 0.1, conv.outputs).astype("<f4"),
        )
        for conv in CONVS
    )


@pytest.fixture(scope="session")
def backbone(weights: Weights, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with fp32.onnx, fp16.onnx and backbone.json of the random weights: read only."""
    folder = tmp_path_factory.mktemp("backbone")
    export(weights, folder)
    return folder


@pytest.fixture
def own_backbone(backbone: Path, tmp_path: Path) -> Path:
    """A writable backbone folder: the ONNX files are links, the manifest is a copy."""
    folder = tmp_path / "backbone"
    folder.mkdir()
    for file in backbone.glob("*.onnx"):
        (folder / file.name).symlink_to(file)
    (folder / "backbone.json").write_bytes((backbone / "backbone.json").read_bytes())
    return folder


@pytest.fixture
def make_photos(tmp_path: Path) -> Callable[..., Path]:
    """`photos_in` a temporary folder."""
    return partial(photos_in, tmp_path / "photos")


@pytest.fixture(scope="session")
def real_backbone() -> Path:
    """The exported ImageNet backbone; without it a test skips, but on CI it fails."""
    folder = MODELS / "backbones" / "vgg16-160"
    if not (folder / "fp32.onnx").is_file():
        why = f"{folder / 'fp32.onnx'} is missing: run `make models` first"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return folder

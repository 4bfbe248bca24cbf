"""Features through the service against Keras itself, on the same photos.

`bin/vgg16 extract` sends the files through gRPC; Keras's side decodes them by TensorFlow (its
accurate DCT) and Pillow.
"""

import os
import platform
from pathlib import Path

import numpy as np
import onnx
import pytest
from services import ROOT, with_services
from vgg16_models.backbone.keras_reference import keras_backbone, keras_preprocess, reference_decode
from vgg16_models.backbone.onnx_weights import conv_weights
from vgg16_models.backbone.preprocessing import resize

FP32 = ROOT / "models/backbones/vgg16-160/fp32.onnx"
OPENVINO = ROOT / "feature-service/target/openvino"
PHOTOS = sorted(p for p in (ROOT / "samples").iterdir() if p.suffix in {".jpg", ".png", ".webp"})


def features(provider: str, precision: str, out: Path) -> np.ndarray:
    """[N, 5, 5, 512], from a service that runs in this precision on this execution provider."""
    assert FP32.exists(), f"{FP32} is missing: run `make models`"
    result = with_services(
        ROOT / "bin/vgg16",
        "extract",
        "-o",
        out,
        *PHOTOS,
        environment={
            "FEATURE_SERVICE_EXECUTION_PROVIDER": provider,
            "FEATURE_SERVICE_PRECISION": precision,
        },
    )
    for line in result.stdout.splitlines():
        if "--execution-provider openvino can't be used" in line:
            in_ci = os.environ.get("CI") == "true" and platform.machine() == "x86_64"
            assert OPENVINO.exists() or not in_ci, "in CI OpenVINO is fetched before the tests"
            pytest.skip(line)
        if "--precision bf16 needs a processor" in line:
            pytest.skip(line)
    assert result.returncode == 0, result.stdout
    return np.load(out, allow_pickle=False)


def cosines(features: np.ndarray, expected: np.ndarray) -> np.ndarray:
    a, b = (x.reshape(len(x), -1).astype(np.float64) for x in (features, expected))
    return (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


@pytest.fixture(scope="module")
def expected() -> np.ndarray:
    """[N, 5, 5, 512], from Keras's own VGG16 with the weights that fp32.onnx holds."""
    backbone = keras_backbone(conv_weights(onnx.load(FP32), str(FP32)))
    pixels = np.stack(
        [keras_preprocess(resize(reference_decode(photo.read_bytes()))) for photo in PHOTOS]
    )
    return backbone.predict(pixels, verbose=0)


@pytest.mark.parametrize("provider", ["cpu", "openvino"])
def test_float32_equals_keras(provider: str, expected: np.ndarray, tmp_path: Path) -> None:
    maps = features(provider, "fp32", tmp_path / "features.npy")
    assert maps.shape == expected.shape == (len(PHOTOS), 5, 5, 512)
    assert maps.dtype == np.float32
    difference = np.abs(maps - expected).max()
    print(f"largest difference {difference:.2e}; largest feature {expected.max():.2f}")
    assert difference <= 2e-3


@pytest.mark.parametrize(
    ("provider", "precision", "least"),
    [("cpu", "int8", 0.999), ("openvino", "int8", 0.999), ("openvino", "bf16", 0.9999)],
)
def test_rounded_features_are_near_keras(
    provider: str, precision: str, least: float, expected: np.ndarray, tmp_path: Path
) -> None:
    maps = features(provider, precision, tmp_path / "features.npy")
    found = cosines(maps, expected)
    print(f"cosine {found.min():.6f}; largest difference {np.abs(maps - expected).max():.3f}")
    assert found.min() >= least

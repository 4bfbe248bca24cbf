"""Features through the service against Keras itself, on the same photos.

`bin/vgg16 extract` sends the files through gRPC; Keras's side decodes them by TensorFlow (its
accurate DCT) and Pillow.
"""

import numpy as np
import onnx
import pytest
from services import ROOT, with_services
from vgg16_models.backbone.keras_reference import keras_backbone, keras_preprocess, reference_decode
from vgg16_models.backbone.onnx_weights import conv_weights
from vgg16_models.backbone.preprocessing import resize

FP32 = ROOT / "models/backbones/vgg16-160/fp32.onnx"
PHOTOS = sorted(p for p in (ROOT / "samples").iterdir() if p.suffix in {".jpg", ".png", ".webp"})


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """[N, 5, 5, 512], from a service that runs the float32 model."""
    assert FP32.exists(), f"{FP32} is missing: run `make models`"
    out = tmp_path_factory.mktemp("features") / "features.npy"
    result = with_services(
        ROOT / "bin/vgg16",
        "extract",
        "-o",
        out,
        *PHOTOS,
        environment={"FEATURE_SERVICE_PRECISION": "fp32"},
    )
    assert result.returncode == 0, result.stdout
    return np.load(out, allow_pickle=False)


@pytest.fixture(scope="module")
def expected() -> np.ndarray:
    """[N, 5, 5, 512], from Keras's own VGG16 with the weights that fp32.onnx holds."""
    backbone = keras_backbone(conv_weights(onnx.load(FP32), str(FP32)))
    pixels = np.stack(
        [keras_preprocess(resize(reference_decode(photo.read_bytes()))) for photo in PHOTOS]
    )
    return backbone.predict(pixels, verbose=0)


def test_largest_difference_is_small(features: np.ndarray, expected: np.ndarray) -> None:
    assert features.shape == expected.shape == (len(PHOTOS), 5, 5, 512)
    assert features.dtype == np.float32
    difference = np.abs(features - expected).max()
    print(f"largest difference {difference:.2e}; largest feature {expected.max():.2f}")
    assert difference <= 2e-3

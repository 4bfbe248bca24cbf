"""Features through the service against Keras itself, on the same photos.

`bin/vgg16 extract` sends the files through gRPC; Keras decodes them with TensorFlow's accurate DCT.
"""

import os
import socket
import subprocess
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[4]
FP32 = ROOT / "models/backbones/vgg16-160/fp32.onnx"
# Keras's side reads no WebP.
PHOTOS = sorted(p for p in (ROOT / "samples").iterdir() if p.suffix in {".jpg", ".png"})


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """[N, 5, 5, 512], from a service that runs the float32 model."""
    if not FP32.exists():
        pytest.fail(f"{FP32} is missing: run `make models`")
    out = tmp_path_factory.mktemp("features") / "features.npy"
    feature_port, head_port = free_ports(2)
    environment = os.environ | {
        "FEATURE_SERVICE_PORT": str(feature_port),
        "HEAD_SERVICE_PORT": str(head_port),
        "FEATURE_SERVICE_METRICS_PORT": "0",
        "HEAD_SERVICE_METRICS_PORT": "0",
        "FEATURE_SERVICE_PRECISION": "fp32",
    }
    command = [ROOT / "bin/with-services", ROOT / "bin/vgg16", "extract", "-o", out, *PHOTOS]
    subprocess.run(command, env=environment, check=True, timeout=300)
    return np.load(out, allow_pickle=False)


@pytest.fixture(scope="module")
def expected() -> np.ndarray:
    """[N, 5, 5, 512], from Keras's own VGG16 with the weights that fp32.onnx holds."""
    import onnx
    from vgg16_models.onnx_weights import conv_weights
    from vgg16_models.preprocessing import preprocess
    from vgg16_models.reference import keras_backbone

    backbone = keras_backbone(conv_weights(onnx.load(FP32), str(FP32)))
    pixels = np.stack([preprocess(photo.read_bytes()) for photo in PHOTOS])
    return backbone.predict(pixels, verbose=0)


def test_largest_difference_is_small(features: np.ndarray, expected: np.ndarray) -> None:
    assert features.shape == expected.shape == (len(PHOTOS), 5, 5, 512)
    assert features.dtype == np.float32
    difference = np.abs(features - expected)
    print(f"largest difference {difference.max():.2e}, largest feature {expected.max():.2f}")
    assert difference.max() <= 2e-3

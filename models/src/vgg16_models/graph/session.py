"""Running an ONNX model with ONNX Runtime on the CPU."""

from __future__ import annotations

import os
from pathlib import Path

import onnxruntime as ort


def create_session(model: Path | bytes) -> ort.InferenceSession:
    """A session on every core that this process may use. Errors are raised, and not logged too."""
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = len(os.sched_getaffinity(0))
    source = model if isinstance(model, bytes) else str(model)
    return ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])

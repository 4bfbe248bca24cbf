"""Trying an adopted graph on maps: does it run, and are its scores probabilities?"""

from __future__ import annotations

import logging
import re

import numpy as np
import onnx
import onnxruntime as ort

from ..backbone.architecture import FEATURES
from ..errors import ModelsError
from ..graph.builder import serialize
from ..graph.session import create_session
from .onnx_export import INPUT

COUNT = 16
"""Of maps of each scale."""

SCALES = (1.0, 0.0, 0.1, 10.0, 100.0)
"""Scores that only happen to sum to 1, such as those of saturated sigmoids, don't on all."""

TOLERANCE = 1e-3

log = logging.getLogger(__name__)


class DoesNotRunError(ModelsError):
    """ONNX Runtime rejects the model, or maps of this layout."""


def probe_maps(scale: float = 1.0) -> np.ndarray:
    """Random maps, distributed like the output of a ReLU."""
    random = np.random.default_rng(1)
    return (scale * random.gamma(0.5, 1, (COUNT, *FEATURES))).astype(np.float32)


def outputs(graph: onnx.ModelProto) -> np.ndarray:
    """Of the maps of all scales, [maps,labels].

    Raises ModelsError when the scores of a map depend on the other maps of the batch.
    """
    content = serialize(graph)
    try:
        session = create_session(content)
        by_scale = [session.run(None, {INPUT.name: probe_maps(scale)})[0] for scale in SCALES]
        (first,) = session.run(None, {INPUT.name: probe_maps()[:1]})
    except Exception as error:  # those of ONNX Runtime have no common base class
        raise DoesNotRunError(
            f"ONNX Runtime {ort.__version__}, the services' version, can't run it: {_reason(error)}"
        ) from error
    scores = by_scale[0]
    if scores.ndim != 2 or len(scores) != COUNT:
        raise DoesNotRunError(
            f"its output for {COUNT} maps is {list(scores.shape)}, not [N, labels]"
        )
    # Before allclose, which would broadcast one row of scores to many.
    if first.shape != scores[:1].shape:
        raise DoesNotRunError(f"its output for one map is {list(first.shape)}, not [1, labels]")
    if not np.allclose(first, scores[:1], rtol=0, atol=TOLERANCE, equal_nan=True):
        raise ModelsError("its scores of a map depend on the other maps of the batch")
    return np.concatenate(by_scale)


def require_logits(values: np.ndarray) -> None:
    """Raises ModelsError when they are scores already, and a softmax would flatten them."""
    if values.shape[1] == 1:
        raise ModelsError(
            "the softmax of one output is always 1: export the model with one output for each of"
            " its labels"
        )
    if not (values.min() >= -1e-6 and values.max() <= 1 + 1e-6):
        return
    if np.abs(values.sum(axis=1) - 1).max() < TOLERANCE:
        raise ModelsError("its outputs are probabilities, not logits: leave out --softmax")
    raise ModelsError(
        "its outputs are not logits, but a score from 0 to 1 for each label, as a sigmoid gives:"
        " export the logits, if just one of the labels is right at a time"
    )


def require_probabilities(scores: np.ndarray) -> None:
    """Raises ModelsError when they do not sum to 1, or say the same of every map."""
    sums = scores.sum(axis=1)
    if scores.min() >= -1e-6 and np.abs(sums - 1).max() < TOLERANCE:
        if np.ptp(scores, axis=0).max() < 1e-6:
            raise ModelsError("its scores are the same for all maps: the model ignores its input")
        log.info("the model runs; its scores sum to 1 within %.1e", np.abs(sums - 1).max())
        return
    wrong = float(sums[np.abs(sums - 1).argmax()])
    if scores.min() >= -1e-6 and scores.max() <= 1 + 1e-6:
        raise ModelsError(
            f"the scores of a map sum to {wrong:.3g}, not to 1, and each is from 0 to 1: it is a"
            " model of several labels an image, or of one that is yes or no; heads choose one label"
        )
    raise ModelsError(
        f"the scores of a map sum to {wrong:.3g}, not to 1: if they are logits, use --softmax"
    )


def _reason(error: Exception) -> str:
    """The message without ONNX Runtime's error code and source location."""
    text = " ".join(str(error).split())
    return re.sub(r"^.*?\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : ", "", text)

"""The weights of the convolutions, and the digest of ImageNet's."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import ModelsError
from .architecture import CONVS

IMAGENET_SHA256 = "d9a27cc1fc7f975ef8cff49180e794ccd7c4bc868ebb49740803b3bbaa8dbefd"
"""`digest` of the ImageNet weights that Keras publishes."""


@dataclass(frozen=True, eq=False)
class ConvWeights:
    """One convolution: kernel [3,3,in,out] (HWIO) and bias [out], both float32."""

    kernel: np.ndarray
    bias: np.ndarray


Weights = tuple[ConvWeights, ...]
"""One per convolution, in the order of `architecture.CONVS`."""


def weights_from_arrays(arrays: Sequence[tuple[np.ndarray, np.ndarray]], source: str) -> Weights:
    """From (HWIO kernel, bias) pairs. Raises ModelsError when their shapes are not VGG16's."""
    shapes = [(kernel.shape, bias.shape) for kernel, bias in arrays]
    expected = [(conv.kernel_shape, (conv.outputs,)) for conv in CONVS]
    if shapes != expected:
        raise ModelsError(f"{source} does not have the 13 convolutions of VGG16")
    return tuple(
        ConvWeights(np.ascontiguousarray(kernel, "<f4"), np.ascontiguousarray(bias, "<f4"))
        for kernel, bias in arrays
    )


def digest(weights: Weights) -> str:
    """SHA-256 over kernel (HWIO) and bias of each convolution in order; float32 little-endian."""
    sha = hashlib.sha256()
    for conv in weights:
        sha.update(np.ascontiguousarray(conv.kernel, "<f4").tobytes())
        sha.update(np.ascontiguousarray(conv.bias, "<f4").tobytes())
    return sha.hexdigest()


def require_digest(weights: Weights, source: str, expected: str = IMAGENET_SHA256) -> None:
    """Raises ModelsError unless `weights` have the expected digest."""
    actual = digest(weights)
    if actual != expected:
        raise ModelsError(
            f"the weights of {source} are not the expected ones: "
            f"digest {actual[:12]}..., expected {expected[:12]}..."
        )

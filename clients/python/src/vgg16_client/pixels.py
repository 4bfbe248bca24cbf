"""Pixels as the backbone takes them: resized and scaled as the service does it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_MEAN_BGR = np.array([103.939, 116.779, 123.68], np.float32)
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_STD = np.array([0.229, 0.224, 0.225], np.float32)


def _tf(rgb: Floats) -> Floats:
    return rgb / np.float32(127.5) - np.float32(1)


def _caffe(rgb: Floats) -> Floats:
    return rgb[..., ::-1] - _MEAN_BGR


def _torch(rgb: Floats) -> Floats:
    return (rgb / np.float32(255) - _MEAN) / _STD


SCALINGS: dict[str, Callable[[Floats], Floats]] = {"tf": _tf, "caffe": _caffe, "torch": _torch}
"""Of [..., 3] RGB in [0, 255], by Keras's name of the preprocessing."""


def resize(rgb: NDArray[np.uint8], height: int, width: int) -> Floats:
    """[h, w, 3] to [height, width, 3] float32: bilinear, half-pixel centres, no antialiasing.

    >>> resize(np.zeros((480, 640, 3), np.uint8), 160, 160).shape
    (160, 160, 3)
    """
    above, below, down = _neighbours(rgb.shape[0], height)
    left, right, along = _neighbours(rgb.shape[1], width)
    along = along[:, np.newaxis]
    upper = _mix(_at(rgb, above, left), _at(rgb, above, right), along)
    lower = _mix(_at(rgb, below, left), _at(rgb, below, right), along)
    return _mix(upper, lower, down[:, np.newaxis, np.newaxis])


def _neighbours(size: int, wanted: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """For each place wanted: the places before and after it, and how near it is to the latter."""
    places = (np.arange(wanted, dtype=np.float32) + np.float32(0.5)) * np.float32(size / wanted)
    places = places - np.float32(0.5)
    before = np.floor(places)
    first = np.maximum(before, 0).astype(np.intp)
    second = np.minimum(np.ceil(places), size - 1).astype(np.intp)
    return first, second, places - before


def _at(rgb: NDArray[np.uint8], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Floats:
    return rgb[rows[:, np.newaxis], columns].astype(np.float32)


def _mix(first: Floats, second: Floats, share: Floats) -> Floats:
    return first + (second - first) * share

"""Images in all forms that a caller may have them in, as the contract's message."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .contract.tensors_pb2 import Image
from .errors import ImageError
from .pixels import SCALINGS, resize
from .results import Backbone

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

ImageLike: TypeAlias = (
    "str | os.PathLike[str] | bytes | bytearray | memoryview | NDArray[Any] | PilImage"
)
"""One image:

- the path of a JPEG, PNG or WebP file, or the bytes of one;
- an image of PIL;
- a numpy array, uint8 [height, width, 3], RGB, of any size;
- a numpy array, float32 of the backbone's input shape, scaled as its preprocessing asks.
"""

SLACK_BYTES = 1 << 20
"""A file over the service's limit by so much is sent, and refused in the service's own words. A
message over the limit of its gRPC server would end the stream for all."""


def is_encoded(image: ImageLike) -> bool:
    """Whether `encoded` takes it: a file or its bytes, and not pixels."""
    return isinstance(image, (str, os.PathLike, bytes, bytearray, memoryview))


def encoded(image: ImageLike, max_bytes: int = 0) -> Image:
    """An image file, at most `max_bytes` and some slack; 0: of any size. Raises ImageError."""
    if isinstance(image, (bytes, bytearray, memoryview)):
        data = bytes(image)
    else:
        data = _read(Path(image), max_bytes)  # type: ignore[arg-type]
    if max_bytes and len(data) > max_bytes + SLACK_BYTES:
        raise _too_large(len(data), max_bytes)
    return Image(encoded=data)


def message_of(image: ImageLike, backbone: Backbone) -> Image:
    """Any image, for this backbone. Raises ImageError."""
    if is_encoded(image):
        return encoded(image, backbone.max_image_bytes)
    array = image if isinstance(image, np.ndarray) else _array_of_pil(image)
    return Image(pixels=_pixels(array, backbone).astype("<f4", copy=False).tobytes())


def name_of(image: ImageLike) -> str:
    """The path of an image that has one, else an empty string."""
    if isinstance(image, (str, os.PathLike)):
        return os.fspath(image)
    return str(getattr(image, "filename", "") or "")


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        size = path.stat().st_size
        if max_bytes and size > max_bytes + SLACK_BYTES:
            raise _too_large(size, max_bytes)
        return path.read_bytes()
    except IsADirectoryError:
        raise ImageError(
            f"{str(path)!r} is a folder: use classify_many or extract_many", "UNREADABLE_FILE"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ImageError(f"{str(path)!r} can't be read: {reason}", "UNREADABLE_FILE") from error


def _too_large(size: int, allowed: int) -> ImageError:
    """As the service words it."""
    message = f"image.encoded: has {size:,} bytes; at most {allowed:,} are allowed"
    return ImageError(message, "INVALID_ARGUMENT", "image.encoded")


def _array_of_pil(image: object) -> NDArray[np.uint8]:
    """RGB, turned as the EXIF orientation says, as the service does it with a file."""
    pil = sys.modules.get("PIL.Image")
    if pil is None or not isinstance(image, pil.Image):
        raise _unusable(
            f"a {type(image).__name__} is no image: give a path, bytes, a PIL image or an array"
        )
    from PIL import ImageOps

    try:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except (OSError, SyntaxError, ValueError) as error:
        raise _unusable(f"PIL can't decode the image: {error}") from error


def _pixels(array: NDArray[Any], backbone: Backbone) -> NDArray[np.float32]:
    height, width, _ = backbone.input_shape
    if array.dtype == np.float32 and array.shape == backbone.input_shape:
        return array
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3 or not array.size:
        raise _unusable(
            f"an array of {array.dtype} {list(array.shape)} is no image: it must be uint8"
            f" [height, width, 3], or float32 {list(backbone.input_shape)} that is scaled already"
        )
    if backbone.preprocessing not in SCALINGS:
        raise _unusable(f"preprocessing {backbone.preprocessing!r} is unknown here: send a file")
    return SCALINGS[backbone.preprocessing](resize(array, height, width))


def _unusable(message: str) -> ImageError:
    return ImageError(f"image: {message}", "INVALID_ARGUMENT", "image")

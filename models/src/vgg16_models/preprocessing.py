"""From the bytes of a picture to the pixels that the backbone takes: the Python reference.

The Java service does the same with other libraries and is tested against this. The accurate DCT is
asked for because TensorFlow's default one differs from every other decoder's.
"""

from __future__ import annotations

import io

import numpy as np
import tensorflow as tf
from PIL import ExifTags, Image

from .architecture import SIZE
from .errors import UndecodableError
from .pixel_scale import MODES

JPEG = b"\xff\xd8\xff"
PNG = b"\x89PNG\r\n\x1a\n"


def preprocess(data: bytes, mode: str = "tf") -> np.ndarray:
    """JPEG or PNG bytes to [160,160,3] float32, scaled as `mode`, a key of MODES, asks.

    Raises UndecodableError if they are neither.
    """
    return scaled(resized(decoded(data)), mode)


def decoded(data: bytes) -> np.ndarray:
    """JPEG or PNG bytes to [height,width,3] uint8 RGB, turned as their EXIF orientation says."""
    try:
        if data.startswith(JPEG):
            rgb = tf.io.decode_jpeg(data, channels=3, dct_method="INTEGER_ACCURATE").numpy()
        elif data.startswith(PNG):
            rgb = tf.io.decode_png(data, channels=3).numpy()
        else:
            raise UndecodableError("neither a JPEG nor a PNG" if data else "empty")
    except tf.errors.OpError:
        raise UndecodableError("cut short or damaged") from None
    return upright(rgb, _orientation(data))


def upright(rgb: np.ndarray, orientation: int) -> np.ndarray:
    """Undoes an EXIF orientation (1 to 8; anything else means upright) of [h,w,3] pixels."""
    if orientation in (5, 6, 7, 8):
        rgb = rgb.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        rgb = rgb[::-1]
    if orientation in (2, 3, 6, 7):
        rgb = rgb[:, ::-1]
    return np.ascontiguousarray(rgb)


def resized(rgb: np.ndarray) -> np.ndarray:
    """[h,w,3] to [160,160,3] float32 in [0,255]: bilinear, half-pixel centres, no antialiasing."""
    return tf.image.resize(rgb, (SIZE, SIZE), method="bilinear", antialias=False).numpy()


def scaled(rgb: np.ndarray, mode: str = "tf") -> np.ndarray:
    """[...,3] float32 in [0,255] as Keras's mode of that name scales it; `tf`: to [-1,1]."""
    return MODES[mode](rgb)


def _orientation(data: bytes) -> int:
    """The EXIF orientation alone: XMP, which Pillow would also look at, is not asked."""
    try:
        exif = Image.Exif()
        with Image.open(io.BytesIO(data)) as image:
            exif.load(image.info.get("exif", b""))
        return exif.get(ExifTags.Base.Orientation, 1)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return 1

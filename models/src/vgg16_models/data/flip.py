"""Horizontal flips of photos, for data augmentation."""

from __future__ import annotations

import io

from PIL import Image

from .decoder import decode_image


def flip_horizontally(data: bytes) -> bytes:
    """The flipped image as PNG, which is lossless; the EXIF orientation is already applied.

    Raises UndecodableError when the image can't be decoded.
    """
    buffer = io.BytesIO()
    Image.fromarray(decode_image(data)[:, ::-1]).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()

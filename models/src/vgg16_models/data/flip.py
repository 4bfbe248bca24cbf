"""Mirror images, as files: whatever computes maps takes them as it takes photos."""

from __future__ import annotations

import io

from PIL import Image

from ..backbone.preprocessing import decoded


def mirrored(data: bytes) -> bytes:
    """A picture with left and right exchanged, as PNG: nothing is lost, and it stands upright.

    Raises UndecodableError if it cannot be read.
    """
    buffer = io.BytesIO()
    Image.fromarray(decoded(data)[:, ::-1]).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()

"""Photos of several labels, made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def photos_in(folder: Path, counts: dict[str, int], side: int = 48) -> Path:
    """Writes JPEGs, one sub-folder per label; each label has its own colour."""
    random = np.random.default_rng(2)
    for channel, (label, count) in enumerate(counts.items()):
        (folder / label).mkdir(parents=True)
        for index in range(count):
            pixels = random.integers(0, 120, (side, side + index % 5, 3), dtype=np.uint8)
            pixels[..., channel % 3] += 130
            Image.fromarray(pixels).save(folder / label / f"{index}.jpg", quality=95)
    return folder

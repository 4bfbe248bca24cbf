"""Generated photos; each class has its own colour."""

from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = {"red": (220, 40, 40), "green": (40, 200, 60)}


def make_photos(folder: Path, each: int = 12) -> Path:
    """A sub-folder of JPEGs for each colour, `0.jpg` and so on."""
    random = np.random.default_rng(5)
    for label, colour in COLOURS.items():
        (folder / label).mkdir(parents=True)
        for number in range(each):
            pixels = np.clip(colour + random.normal(0, 25, (90, 120, 3)), 0, 255)
            Image.fromarray(pixels.astype(np.uint8)).save(folder / label / f"{number}.jpg")
    return folder

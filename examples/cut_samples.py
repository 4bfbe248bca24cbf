"""Cuts the photos of samples/ into many that differ a little, for trying out a training.

    .venv/bin/python examples/cut_samples.py FOLDER

Parts of one photo come into the training and into the test: what a head makes of them says nothing
of how good it is.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
EACH = 16


def main() -> None:
    folder = Path(sys.argv[1])
    random = np.random.default_rng(7)
    for file in sorted(SAMPLES.glob("*-*.*")):
        label = folder / file.name.split("-")[0]
        label.mkdir(parents=True, exist_ok=True)
        image = ImageOps.exif_transpose(Image.open(file)).convert("RGB")
        for number in range(EACH):
            width, height = (int(side * random.uniform(0.7, 0.95)) for side in image.size)
            left = random.integers(image.width - width)
            top = random.integers(image.height - height)
            part = image.crop((left, top, left + width, top + height))
            part.save(label / f"{file.stem}-{number}.jpg")


if __name__ == "__main__":
    main()

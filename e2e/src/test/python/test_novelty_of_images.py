"""Novelty of the samples and of synthetic images, through the services."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from services import ROOT, with_services
from vgg16_models.data.synthetic_images import GENERATORS

COUNT = 3


@pytest.fixture(scope="module")
def synthetic_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic")
    random = np.random.default_rng(21)
    for kind in GENERATORS:
        for number in range(COUNT):
            Image.fromarray(kind(random)).save(folder / f"{kind.__name__}-{number}.png")
    return folder


@pytest.mark.parametrize(
    "wire",
    [{}, {"FEATURE_SERVICE_POOLED_MAPS": "true", "FEATURE_SERVICE_WIRE": "float16"}],
    ids=["whole", "pooled float16"],
)
def test_photos_are_nearer_than_synthetic_images(
    synthetic_images: Path, wire: dict[str, str]
) -> None:
    result = with_services(
        ROOT / "bin/vgg16",
        "classify",
        "--json",
        "--novelty",
        ROOT / "samples",
        synthetic_images,
        environment=wire,
    )
    assert result.returncode == 0, result.stdout
    answers = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    novelty = {Path(answer["file"]): answer["heads"][0]["novelty"] for answer in answers}
    photos = [each for file, each in novelty.items() if file.parent.name == "samples"]
    others = [each for file, each in novelty.items() if file.parent == synthetic_images]
    assert (len(photos), len(others)) == (7, COUNT * len(GENERATORS))

    farthest = max(each["distance"] for each in photos)
    nearest = min(each["distance"] for each in others)
    (threshold,) = {each["threshold"] for each in novelty.values()}
    print(f"photos up to {farthest:.3f}, others from {nearest:.3f}, threshold {threshold:.3f}")
    assert farthest < threshold < nearest

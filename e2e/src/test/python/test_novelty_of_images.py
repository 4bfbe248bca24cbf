"""What the head says of the samples and of pictures that are no photos, through the services."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from services import ROOT, with_services
from vgg16_models.data.synthetic_images import KINDS

EACH = 3


@pytest.fixture(scope="module")
def nonphotos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nonphotos")
    random = np.random.default_rng(21)
    for kind in KINDS:
        for number in range(EACH):
            Image.fromarray(kind(random)).save(folder / f"{kind.__name__}-{number}.png")
    return folder


@pytest.mark.parametrize(
    "wire",
    [{}, {"FEATURE_SERVICE_POOLED_MAPS": "true", "FEATURE_SERVICE_WIRE": "float16"}],
    ids=["whole", "pooled float16"],
)
def test_photos_are_nearer_than_what_is_no_photo(nonphotos: Path, wire: dict[str, str]) -> None:
    result = with_services(
        ROOT / "bin/vgg16",
        "classify",
        "--json",
        "--novelty",
        ROOT / "samples",
        nonphotos,
        environment=wire,
    )
    assert result.returncode == 0, result.stdout
    answers = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    novelty = {Path(answer["file"]): answer["heads"][0]["novelty"] for answer in answers}
    photos = [each for file, each in novelty.items() if file.parent.name == "samples"]
    others = [each for file, each in novelty.items() if file.parent == nonphotos]
    assert (len(photos), len(others)) == (7, EACH * len(KINDS))

    farthest = max(each["distance"] for each in photos)
    nearest = min(each["distance"] for each in others)
    (threshold,) = {each["threshold"] for each in novelty.values()}
    print(f"photos up to {farthest:.3f}, others from {nearest:.3f}, threshold {threshold:.3f}")
    assert farthest < threshold < nearest

"""A folder of photos becomes a head that a running service answers with, without a restart."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from made_photos import make_photos
from services import ROOT, with_services

MODELS = Path(sys.executable).parent / "vgg16-models"

STEPS = r"""
set -eu
"$MODELS" train --images "$PHOTOS" --target "$VGG16_TARGET" --name colours --epochs 30 \
  --out "$HEADS" --cache "$CACHE" --report "$OUT/report"
for try in $(seq 600); do
  bin/vgg16 heads --json | grep -q '"colours"' && break
  sleep 0.1
done
bin/vgg16 classify --json --head colours --head cats-vs-dogs --head none "$PHOTOS" || true
"$MODELS" evaluate --images "$PHOTOS" --target "$VGG16_TARGET" --head colours@1 --out "$OUT"
"""


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return make_photos(tmp_path / "photos")


def test_train_and_serve_without_a_restart(photos: Path, tmp_path: Path) -> None:
    heads = tmp_path / "heads"
    shutil.copytree(ROOT / "models/heads", heads)
    result = with_services(
        "bash",
        "-c",
        STEPS,
        environment={
            "HEAD_SERVICE_HEADS": str(heads),
            "HEAD_SERVICE_WATCH_HEADS_MS": "100",
            "MODELS": str(MODELS),
            "PHOTOS": str(photos),
            "HEADS": str(heads),
            "CACHE": str(tmp_path / "cache"),
            "OUT": str(tmp_path / "evaluation"),
        },
    )
    assert result.returncode == 0, result.stdout
    answers = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    assert len(answers) == 24
    for answer in answers:
        colours, pets, none = answer["heads"]
        assert (colours["head"], colours["version"]) == ("colours", "1")
        assert colours["scores"][0]["label"] == Path(answer["file"]).parent.name
        assert (pets["head"], pets["error"]) == ("cats-vs-dogs", None)
        assert none["error"]["code"] == "NOT_FOUND", "an unknown head errs alone"
    figures = json.loads((tmp_path / "evaluation/evaluation.json").read_text())
    assert (figures["photos"], figures["accuracy"]) == (24, 1.0)
    assert (tmp_path / "evaluation/report/index.html").is_file()


MAPS = """
import sys
from pathlib import Path
import numpy as np
from vgg16_models.features import LocalMaps, ServiceMaps
from vgg16_models.photos import scan
from vgg16_models.runtime import Backbone
from vgg16_models.service import FeatureService

photos = scan(Path(sys.argv[1])).photos
def maps(source):
    return dict(source.maps((photo, photo.path.read_bytes()) for photo in photos))
service = ServiceMaps(FeatureService(sys.argv[2]))
local = LocalMaps(Backbone.load(Path("models/backbones/vgg16-160"), service.precision))
assert service.id == local.id
ours, theirs = maps(local), maps(service)
assert len(theirs) == len(photos)
print("largest difference", max(np.abs(ours[photo] - theirs[photo]).max() for photo in photos))
"""


def test_the_service_gives_the_maps_that_the_backbone_gives_here(tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    for file in (ROOT / "samples").iterdir():
        if file.suffix in {".jpg", ".png"}:
            shutil.copy(file, tmp_path / "samples")
    result = with_services(
        "bash",
        "-c",
        f'{sys.executable} -c "$MAPS" {tmp_path} "$VGG16_TARGET"',
        environment={"MAPS": MAPS, "FEATURE_SERVICE_PRECISION": "fp32"},
    )
    assert result.returncode == 0, result.stdout
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("largest")]
    assert float(line.split()[-1]) < 1e-4

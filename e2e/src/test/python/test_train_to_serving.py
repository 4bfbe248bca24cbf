"""From a folder of photos to a head in a running service, without a restart.

Every file in the folder is used, or reported with the reason.
"""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from generated_photos import make_photos
from PIL import Image
from services import ROOT, with_services

MODELS = Path(sys.executable).parent / "vgg16-models"

STEPS = r"""
set -eu
"$MODELS" train --images "$PHOTOS" --target "$VGG16_TARGET" --name colours --epochs 30 \
  --out "$HEADS" --cache "$OUT/cache" --report "$OUT/report"
for try in $(seq 600); do
  bin/vgg16 heads --json | grep -q '"colours"' && break
  sleep 0.1
done
bin/vgg16 classify --json --head colours --head cats-vs-dogs --head none \
  "$PHOTOS"/green/[0-9]*.jpg "$PHOTOS"/red/[0-9]*.jpg || true
http_proxy=http://127.0.0.1:9 LC_ALL=C \
  "$MODELS" evaluate --images "$PHOTOS" --target "$VGG16_TARGET" --head colours@1 \
  --out "$OUT/evaluation"
"""


@pytest.fixture
def photo_folder(tmp_path: Path) -> Path:
    """24 photos: some in sub-folders, every second one a WebP named `.jpg`; and other files."""
    folder = make_photos(tmp_path / "photos")
    for label in ("red", "green"):
        for number in range(0, 12, 2):
            path = folder / label / f"{number}.jpg"
            with Image.open(path) as image:
                image.save(path, "WEBP", lossless=True)
    below = folder / "red" / "2024" / "mai 猫"
    below.mkdir(parents=True)
    for number in range(8, 12):
        (folder / "red" / f"{number}.jpg").rename(below / f"{number}.jpg")
    for name in (".thumbnails", "__MACOSX", "green/.ipynb_checkpoints", "red/2024/@eaDir"):
        shutil.copytree(folder / "green", folder / name / "green")
    (folder / "green" / "._0.jpg").write_bytes(b"\0\5\26\7")
    (folder / "green" / os.fsdecode(b"caf\xe9.jpg")).write_text("not an image")
    (folder / "red" / "\x1b[2Jnotes.txt").write_text("notes")
    return folder


@pytest.fixture
def run(photo_folder: Path, tmp_path: Path) -> str:
    """The output of the steps, which write to tmp_path."""
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
            "PHOTOS": str(photo_folder),
            "HEADS": str(heads),
            "OUT": str(tmp_path),
        },
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


def test_photos_become_a_served_head(run: str, tmp_path: Path) -> None:
    require_trained(tmp_path)
    require_skipped_files(run)
    require_classified(run)
    require_evaluated(tmp_path)


def require_trained(out: Path) -> None:
    manifest = json.loads((out / "heads/colours/1/head.json").read_text())
    assert manifest["labels"] == ["green", "red"]
    assert manifest["training"]["images"] == 24
    assert r"caf\xe9.jpg" in (out / "report/index.html").read_text()


def require_skipped_files(printed: str) -> None:
    for line in (
        "/photos/.thumbnails: hidden",
        "/photos/__MACOSX: no photo",
        "/green/.ipynb_checkpoints: hidden",
        "/2024/@eaDir: no photo",
        "/green/._0.jpg: hidden",
        r"/green/caf\xe9.jpg: ",
        r"/red/\x1b[2Jnotes.txt: ",
    ):
        assert printed.index(line) < printed.index("24 photos of 2 labels"), "before the training"
    assert "\x1b" not in printed


def require_classified(printed: str) -> None:
    answers = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert len(answers) == 12 + 8
    for answer in answers:
        colours, pets, none = answer["heads"]
        assert (colours["head"], colours["version"]) == ("colours", "1")
        assert colours["scores"][0]["label"] == Path(answer["file"]).parent.name
        assert (pets["head"], pets["error"]) == ("cats-vs-dogs", None)
        assert none["error"]["code"] == "NOT_FOUND", "the other heads have scores"


def require_evaluated(out: Path) -> None:
    figures = json.loads((out / "evaluation/evaluation.json").read_text())
    assert (figures["photos"], figures["accuracy"]) == (24, 1.0)
    assert len(figures["skipped"]) == 7
    assert (out / "evaluation/index.html").is_file()


SEVERAL_LABELS = r"""
set -eu
"$MODELS" train --images "$MANIFEST" --target "$VGG16_TARGET" --name scenes --epochs 30 \
  --out "$HEADS" --cache "$OUT/cache" --report "$OUT/report"
for try in $(seq 600); do
  bin/vgg16 heads --json | grep -q '"scenes"' && break
  sleep 0.1
done
bin/vgg16 classify --json --head scenes --head cats-vs-dogs "$PHOTOS"/red/1.jpg
bin/vgg16 classify --head scenes "$PHOTOS"/red/1.jpg
"$MODELS" evaluate --images "$MANIFEST" --target "$VGG16_TARGET" --head scenes@1 \
  --out "$OUT/evaluation"
"""


def test_photos_of_several_labels_become_a_served_head(tmp_path: Path) -> None:
    """Each photo is of a colour, and every second one of another label too."""
    photos = make_photos(tmp_path / "photos")
    rows = [_row(path, tmp_path) for path in sorted(photos.rglob("*.jpg"))]
    manifest = tmp_path / "photos.jsonl"
    manifest.write_text("\n".join(map(json.dumps, rows)))
    heads = tmp_path / "heads"
    shutil.copytree(ROOT / "models/heads", heads)
    result = with_services(
        "bash",
        "-c",
        SEVERAL_LABELS,
        environment={
            "HEAD_SERVICE_HEADS": str(heads),
            "HEAD_SERVICE_WATCH_HEADS_MS": "100",
            "MODELS": str(MODELS),
            "PHOTOS": str(photos),
            "MANIFEST": str(manifest),
            "HEADS": str(heads),
            "OUT": str(tmp_path),
        },
    )
    assert result.returncode == 0, result.stdout
    (answer,) = [json.loads(row) for row in result.stdout.splitlines() if row.startswith("{")]
    scenes, pets = answer["heads"]
    assert {score["label"] for score in scenes["scores"]} == {"green", "red", "shared"}
    assert all(0 <= score["threshold"] <= 1 for score in scenes["scores"])
    assert not [score for score in pets["scores"] if "threshold" in score]
    applying = {s["label"] for s in scenes["scores"] if s["score"] >= s["threshold"]}
    assert "red" in applying
    assert "green" not in applying
    (line,) = [row for row in result.stdout.splitlines() if re.match(r"\S*1\.jpg ", row)]
    assert "red" in line
    figures = json.loads((tmp_path / "evaluation/evaluation.json").read_text())
    assert figures["photos"] == 24
    by_label = {each["label"]: each for each in figures["labels"]}
    assert by_label["red"]["average_precision"] == by_label["green"]["average_precision"] == 1


def _row(path: Path, folder: Path) -> dict[str, object]:
    second = ["shared"] if int(path.stem) % 2 else []
    return {"file": str(path.relative_to(folder)), "labels": [path.parent.name, *second]}


MAPS = """
import sys
from pathlib import Path
import numpy as np
from vgg16_models.features.extractors import LocalExtractor, ServiceExtractor
from vgg16_models.data.photos import scan
from vgg16_models.backbone.inference import Backbone
from vgg16_models.feature_service import FeatureService

photos = scan(Path(sys.argv[1])).photos
def maps(source):
    return dict(source.extract((photo, photo.path.read_bytes()) for photo in photos))
service = ServiceExtractor(FeatureService(sys.argv[2]))
local = LocalExtractor(Backbone.load(Path("models/backbones/vgg16-160"), service.precision))
assert service.backbone_id == local.backbone_id
expected, actual = maps(local), maps(service)
assert len(actual) == len(photos)
print("largest difference", max(np.abs(expected[photo] - actual[photo]).max() for photo in photos))
"""


def test_the_service_returns_the_feature_maps_of_the_backbone(tmp_path: Path) -> None:
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

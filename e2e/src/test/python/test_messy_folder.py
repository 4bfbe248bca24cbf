"""A folder of photos as people have them: `train` and `evaluate` use all that is in it, or say why
not."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from made_photos import make_photos
from PIL import Image
from services import ROOT, with_services

MODELS = Path(sys.executable).parent / "vgg16-models"

STEPS = r"""
set -eu
"$MODELS" train --images "$PHOTOS" --target "$VGG16_TARGET" --name colours --epochs 5 \
  --out "$HEADS" --cache "$OUT/cache" --report "$OUT/report"
for try in $(seq 600); do
  bin/vgg16 heads --json | grep -q '"colours"' && break
  sleep 0.1
done
http_proxy=http://127.0.0.1:9 LC_ALL=C \
  "$MODELS" evaluate --images "$PHOTOS" --target "$VGG16_TARGET" --head colours@1 \
  --out "$OUT/evaluation"
"""


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """24 photos: some in folders below, every second one a WebP whatever its name says."""
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
    for left in (".thumbnails", "__MACOSX", "green/.ipynb_checkpoints", "red/2024/@eaDir"):
        shutil.copytree(folder / "green", folder / left / "green")
    (folder / "green" / "._0.jpg").write_bytes(b"\0\5\26\7")
    (folder / "green" / os.fsdecode(b"caf\xe9.jpg")).write_text("no picture")
    (folder / "red" / "\x1b[2Jnotes.txt").write_text("notes")
    return folder


def test_all_of_it_is_used_or_told(messy: Path, tmp_path: Path) -> None:
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
            "PHOTOS": str(messy),
            "HEADS": str(heads),
            "OUT": str(tmp_path),
        },
    )
    assert result.returncode == 0, result.stdout
    manifest = json.loads((heads / "colours/1/head.json").read_text())
    assert manifest["labels"] == ["green", "red"]
    assert manifest["training"]["images"] == 24
    told = result.stdout
    for line in (
        "/photos/.thumbnails: hidden",
        "/photos/__MACOSX: no photo",
        "/green/.ipynb_checkpoints: hidden",
        "/2024/@eaDir: no photo",
        "/green/._0.jpg: hidden",
        r"/green/caf\xe9.jpg: ",
        r"/red/\x1b[2Jnotes.txt: ",
    ):
        assert told.index(line) < told.index("24 photos of 2 labels"), "before the training"
    assert "\x1b" not in told
    page = (tmp_path / "report/index.html").read_text()
    assert r"caf\xe9.jpg" in page
    figures = json.loads((tmp_path / "evaluation/evaluation.json").read_text())
    assert figures["photos"] == 24
    assert len(figures["skipped"]) == 7

import hashlib
import json

import numpy as np
import pytest
from vgg16_models import features
from vgg16_models.errors import ModelsError
from vgg16_models.features import FeatureStore
from vgg16_models.head_model import Recipe
from vgg16_models.manifests import BackboneManifest
from vgg16_models.photos import scan
from vgg16_models.runtime import Backbone, session
from vgg16_models.train import HeadName, train

RECIPE = Recipe(epochs=8)


def test_photos_become_a_head(backbone, make_photos, tmp_path):
    images = make_photos({"red": 20, "green": 20})
    copy = images / "red" / "copy.jpg"
    copy.write_bytes((images / "red" / "0.jpg").read_bytes())
    broken = images / "green" / "broken.jpg"
    broken.write_text("no picture")

    def run(out):
        return train(
            HeadName("colours", 3),
            images,
            backbone=backbone,
            out=tmp_path / out,
            cache=tmp_path / "cache",
            recipe=RECIPE,
        )

    made = run("heads")
    folder = tmp_path / "heads" / "colours" / "3"
    manifest = json.loads((folder / "head.json").read_text())
    assert made.folder == folder
    assert manifest["name"] == "colours"
    assert manifest["version"] == 3
    assert manifest["backbone"] == BackboneManifest.read(backbone).id
    assert manifest["labels"] == ["green", "red"]
    assert manifest["input"] == {"name": "features", "shape": [5, 5, 512]}
    assert manifest["pooling"] == "average"
    assert manifest["parameters"] == 263_682
    assert manifest["sha256"] == hashlib.sha256((folder / "head.onnx").read_bytes()).hexdigest()
    training = manifest["training"]
    assert [training[part] for part in ("images", "train", "validation", "test")] == [40, 32, 4, 4]
    assert {file.path for file in made.skipped} == {copy, broken}

    assert made.accuracy["fp32"].count == 4
    assert training["test_accuracy"] == made.accuracy["fp32"].share == 1

    again = run("again")
    assert (again.folder / "head.onnx").read_bytes() == (folder / "head.onnx").read_bytes()

    red = FeatureStore(Backbone.load(backbone, "fp32"), tmp_path / "cache").one(
        next(photo for photo in scan(images).photos if photo.label == "red")
    )
    (scores,) = session(folder / "head.onnx").run(None, {"features": red[np.newaxis]})
    assert manifest["labels"][scores[0].argmax()] == "red"


def test_features_are_computed_once(backbone, make_photos, tmp_path, monkeypatch):
    (photo,) = scan(make_photos({"red": 1})).photos
    store = FeatureStore(Backbone.load(backbone, "fp32"), tmp_path / "cache")
    first = store.one(photo)
    monkeypatch.setattr(features, "preprocess", lambda data: pytest.fail("computed again"))
    np.testing.assert_array_equal(store.one(photo), first)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"red": 12}, "at least 2 labels"),
        ({"red": 12, "green": 9}, "fewer than 10 readable photos of green"),
    ],
)
def test_too_few_photos_are_refused(backbone, make_photos, tmp_path, counts, message):
    with pytest.raises(ModelsError, match=message):
        train(
            HeadName("colours", 1),
            make_photos(counts),
            backbone=backbone,
            out=tmp_path / "heads",
            cache=tmp_path / "cache",
            recipe=RECIPE,
        )
    assert not (tmp_path / "heads").exists()


@pytest.mark.parametrize(("name", "version"), [("../up", 1), ("", 1), ("Cats", 1), ("cats", 0)])
def test_names_that_would_make_bad_folders_are_refused(name, version):
    with pytest.raises(ModelsError):
        HeadName(name, version)

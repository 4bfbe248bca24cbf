import hashlib
import json
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image
from sample_photos import photos_in
from vgg16_models.backbone.export import export
from vgg16_models.backbone.inference import Backbone
from vgg16_models.backbone.manifest import BackboneManifest
from vgg16_models.data.photos import scan
from vgg16_models.errors import ModelsError
from vgg16_models.features import extractors
from vgg16_models.features.cache import FeatureCache
from vgg16_models.features.extractors import LocalExtractor
from vgg16_models.graph.session import create_session
from vgg16_models.heads.architecture import HeadArchitecture
from vgg16_models.heads.name import HeadName
from vgg16_models.reports.training_report import report_files
from vgg16_models.training.head_manifest import Statement
from vgg16_models.training.publish import publish
from vgg16_models.training.recipe import Recipe
from vgg16_models.training.train import train

RECIPE = Recipe(epochs=8)


def fp32(backbone):
    return LocalExtractor(Backbone.load(backbone, "fp32"))


def one(store, photo, flipped=False):
    maps, _ = store.feature_maps([photo], flipped)
    return maps[photo]


class Published:
    """A head of 40 photos, a copy and a damaged file; `run` trains and publishes it again."""

    def __init__(self, backbone, folder):
        self.backbone, self.cache = backbone, folder / "cache"
        self.images = photos_in(folder / "photos", {"red": 20, "green": 20})
        self.copy = self.images / "red" / "copy.jpg"
        self.copy.write_bytes((self.images / "red" / "0.jpg").read_bytes())
        self.damaged = self.images / "green" / "damaged.jpg"
        self.damaged.write_text("not an image")
        self.report = folder / "report"
        self.result, self.folder = self.run(folder / "heads")
        self.manifest = json.loads((self.folder / "head.json").read_text())

    def run(self, heads):
        result = train(
            HeadName("colours", 3),
            self.images,
            extractor=fp32(self.backbone),
            cache=self.cache,
            recipe=RECIPE,
            statement=Statement("Sorting paint."),
        )
        return result, publish(result, report_files(result), heads, self.report).folder


@pytest.fixture(scope="module")
def published(backbone, tmp_path_factory):
    return Published(backbone, tmp_path_factory.mktemp("published"))


def test_the_manifest_describes_the_head(published):
    manifest = published.manifest
    assert manifest["name"] == "colours"
    assert manifest["version"] == 3
    assert manifest["backbone"] == BackboneManifest.read(published.backbone).id
    assert manifest["labels"] == ["green", "red"]
    assert manifest["input"] == {"name": "features", "shape": [5, 5, 512]}
    assert manifest["pooling"] == "average"
    assert manifest["parameters"] == 263_682
    content = (published.folder / "head.onnx").read_bytes()
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_manifest_describes_the_training(published):
    training, result = published.manifest["training"], published.result
    assert [training[part] for part in ("images", "train", "validation", "test")] == [40, 32, 4, 4]
    assert result.test["fp32"].accuracy.count == 4
    assert training["test_accuracy"] == result.test["fp32"].accuracy.fraction == 1
    assert training["test_log_loss"] == pytest.approx(result.test["fp32"].log_loss, abs=1e-4)
    assert training["recipe"] == asdict(RECIPE)
    assert training["precision"] == "fp32"
    assert training["test_accuracy_interval"] == pytest.approx([0.5101, 1], abs=1e-4)
    assert training["libraries"]["numpy"] == np.__version__
    assert training["intended_use"] == "Sorting paint."
    assert training["epochs"] == result.curves.epochs == 8
    assert {file.path for file in result.skipped} == {published.copy, published.damaged}


def test_the_manifest_has_the_score_that_traffic_should_have(published):
    """Of the photos held back, with the head as it is exported."""
    result = published.result
    held_out = result.split.validation + result.split.test
    maps = np.stack([result.data.maps[photo] for photo in held_out])
    (scores,) = create_session(result.files["head.onnx"]).run(None, {"features": maps})
    expected = published.manifest["features"]["expected_score"]
    assert expected == pytest.approx(scores.max(axis=1).mean(), rel=1e-5)
    assert expected > 0.5


def test_the_list_of_photos_has_the_digest_of_the_manifest(published):
    """It depends on the photos alone, and not on where they lie."""
    data = published.manifest["training"]["data"]
    content = (published.report / "split.csv").read_bytes()
    assert data["sha256"] == hashlib.sha256(content).hexdigest()
    assert data["labels"]["red"] == {"train": 16, "validation": 2, "test": 2}
    header, first, *_ = content.decode().splitlines()
    photo = published.result.split.train[0]
    assert (header, first) == ("part,sha256,label", f'train,{photo.sha256},"{photo.label}"')
    assert str(published.images) not in content.decode()
    assert "Sorting paint." in (published.report / "model-card.md").read_text()


def test_head_and_report_are_published(published):
    heads = published.folder.parents[1]
    assert published.folder == heads / "colours" / "3"
    assert [file.name for file in (heads / "colours").iterdir()] == ["3"], "no hidden folder"
    assert "colours@3" in (published.report / "index.html").read_text()


def test_training_is_reproducible(published, tmp_path):
    _, again = published.run(tmp_path / "again")
    content = (published.folder / "head.onnx").read_bytes()
    assert (again / "head.onnx").read_bytes() == content


def test_the_head_scores_a_photo(published):
    store = FeatureCache(fp32(published.backbone), published.cache)
    photos = scan(published.images).photos
    red = one(store, next(photo for photo in photos if photo.label == "red"))
    head = create_session(published.folder / "head.onnx")
    (scores,) = head.run(None, {"features": red[np.newaxis]})
    assert published.manifest["labels"][scores[0].argmax()] == "red"


def test_features_are_extracted_once(backbone, make_photos, tmp_path, monkeypatch):
    (photo,) = scan(make_photos({"red": 1})).photos
    store = FeatureCache(fp32(backbone), tmp_path / "cache")
    first = one(store, photo)
    monkeypatch.setattr(extractors, "preprocess", lambda *_: pytest.fail("extracted again"))
    np.testing.assert_array_equal(one(store, photo), first)


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
            extractor=fp32(backbone),
            cache=tmp_path / "cache",
            recipe=RECIPE,
        )


class NoExtractor:
    backbone_id, precision, digest = "none", "fp32", "0"

    def extract(self, photos):
        pytest.fail("extracted")


def test_too_few_photos_are_refused_before_extraction(make_photos, tmp_path):
    with pytest.raises(ModelsError, match="fewer than 10"):
        train(
            HeadName("colours", 1),
            make_photos({"red": 12, "green": 9}),
            extractor=NoExtractor(),
            cache=tmp_path / "cache",
            recipe=RECIPE,
        )


def test_three_labels_and_no_default_option(backbone, make_photos, tmp_path):
    recipe = Recipe(
        HeadArchitecture("flatten", units=64, dropout=0.1),
        epochs=20,
        patience=5,
        learning_rate=1e-3,
        class_weights=True,
        flip=True,
    )
    made = train(
        HeadName("colours", 1),
        make_photos({"red": 20, "green": 10, "blue": 10}),
        extractor=fp32(backbone),
        cache=tmp_path / "cache",
        recipe=recipe,
    )
    manifest = made.manifest
    assert manifest.labels == ("blue", "green", "red")
    assert [layer.type for layer in manifest.layers] == ["Flatten", "Dense", "Dropout", "Dense"]
    assert manifest.parameters == 12_800 * 64 + 64 + 64 * 3 + 3
    assert manifest.pooling is None
    exported = create_session(made.files["head.onnx"])
    assert exported.get_inputs()[0].shape == ["N", 5, 5, 512]
    assert made.test["fp32"].scores.shape == (4, 3)
    assert made.test["fp32"].accuracy.fraction == 1
    flipped_map = list((tmp_path / "cache").glob("**/*-flipped.npz"))
    assert len(flipped_map) == len(made.split.train) == 32, "only training photos are flipped"


def test_a_class_without_readable_photos_is_an_error(backbone, make_photos, tmp_path):
    images = make_photos({"red": 10, "green": 10})
    (images / "blue").mkdir()
    (images / "blue" / "a.jpg").write_text("not an image")
    with pytest.raises(ModelsError, match="fewer than 10 readable photos of blue"):
        train(
            HeadName("colours", 1),
            images,
            extractor=fp32(backbone),
            cache=tmp_path / "cache",
            recipe=RECIPE,
        )


def test_flips_have_their_own_features(backbone, make_photos, tmp_path):
    images = make_photos({"red": 1})
    (photo,) = scan(images).photos
    store = FeatureCache(fp32(backbone), tmp_path / "cache")
    flipped_map = one(store, photo, flipped=True)
    assert np.abs(flipped_map - one(store, photo)).max() > 0.01
    np.testing.assert_array_equal(one(store, photo, flipped=True), flipped_map)

    with Image.open(photo.path) as image:
        turned = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    turned.save(images / "red" / "turned.png")  # lossless
    photo.path.unlink()
    (turned,) = scan(images).photos
    np.testing.assert_allclose(one(store, turned), flipped_map, rtol=0, atol=1e-3)


@pytest.mark.parametrize(("mode", "same"), [("tf", True), ("caffe", False)])
def test_pixels_are_scaled_by_the_backbones_mode(
    weights, backbone, make_photos, tmp_path, mode, same
):
    own = tmp_path / mode
    export(weights, own, mode)
    (photo,) = scan(make_photos({"red": 1})).photos
    cache = tmp_path / "cache"
    usual = one(FeatureCache(fp32(backbone), cache), photo)
    other = one(FeatureCache(fp32(own), cache), photo)
    assert np.array_equal(usual, other) == same


def test_a_damaged_cache_is_an_error(backbone, make_photos, tmp_path):
    (photo,) = scan(make_photos({"red": 1})).photos
    store = FeatureCache(fp32(backbone), tmp_path / "cache")
    one(store, photo)
    (kept,) = (tmp_path / "cache").glob("**/*.npz")
    kept.write_bytes(kept.read_bytes()[:1000])
    with pytest.raises(ModelsError, match="in the cache is damaged: delete it"):
        one(store, photo)


def test_a_changed_photo_is_not_cached(backbone, make_photos, tmp_path):
    photos = scan(make_photos({"red": 2})).photos
    photos[0].path.write_bytes(b"another")
    photos[1].path.unlink()
    maps, skipped = FeatureCache(fp32(backbone), tmp_path / "cache").feature_maps(photos)
    assert maps == {}
    assert [each.reason for each in skipped] == [
        "changed since it was listed",
        "can't be read: No such file or directory",
    ]
    assert not list((tmp_path / "cache").glob("**/*.npz"))

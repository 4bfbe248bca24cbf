import io
import json

import numpy as np
import pytest
from checkout import MODELS
from PIL import Image
from vgg16_models.backbone.inference import Backbone
from vgg16_models.backbone.manifest import BackboneManifest
from vgg16_models.backbone.preprocessing import preprocess
from vgg16_models.data.synthetic_images import GENERATORS
from vgg16_models.errors import ModelsError
from vgg16_models.features.extractors import LocalExtractor
from vgg16_models.features.statistics import FeatureStatistics
from vgg16_models.heads.name import HeadName
from vgg16_models.heads.novelty import add_statistics
from vgg16_models.training.publish import publish
from vgg16_models.training.recipe import Recipe
from vgg16_models.training.train import train

HEAD = MODELS / "heads" / "cats-vs-dogs" / "1"
SAMPLES = MODELS.parent / "samples"


@pytest.fixture(scope="module")
def committed():
    features = json.loads((HEAD / "head.json").read_text())["features"]
    return FeatureStatistics(**features)


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "png")
    return out.getvalue()


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_photos_of_cats_and_dogs_are_nearer_than_synthetic_images(
    real_backbone, committed, precision
):
    backbone = Backbone.load(real_backbone, precision)

    def distances(images):
        return committed.distances(backbone(np.stack([preprocess(each) for each in images])))

    random = np.random.default_rng(11)
    photos = distances(
        [path.read_bytes() for path in SAMPLES.iterdir() if path.suffix in {".jpg", ".png"}]
    )
    others = distances(
        [png(Image.fromarray(kind(random))) for kind in GENERATORS for _ in range(3)]
    )
    assert photos.max() < committed.novelty_threshold < others.min()


def test_the_committed_statistics_are_of_normalized_features(committed):
    mean, variance = np.array(committed.mean), np.array(committed.variance)
    assert mean.shape == variance.shape == (512,)
    assert np.square(mean).sum() + variance.sum() == pytest.approx(1, abs=1e-4)


def test_an_existing_head_gets_the_statistics_of_training(backbone, make_photos, tmp_path):
    images = make_photos({"red": 12, "green": 12})
    trained = train(
        HeadName("colours", 1),
        images,
        extractor=LocalExtractor(Backbone.load(backbone, "fp32")),
        cache=tmp_path / "cache",
        recipe=Recipe(epochs=1),
    )
    folder = publish(trained, {}, tmp_path / "heads", tmp_path / "report").folder
    path = folder / "head.json"
    written = path.read_text()
    bare = json.loads(written)
    del bare["features"]
    path.write_text(json.dumps(bare))

    (images / "red" / "broken.jpg").write_text("no image")
    _, skipped = add_statistics(folder, images, backbone=backbone, cache=tmp_path / "cache")
    assert json.loads(path.read_text()) == json.loads(written)
    assert [file.path.name for file in skipped] == ["broken.jpg"]


def test_statistics_of_another_backbone_are_refused(backbone, make_photos, tmp_path):
    (tmp_path / "head.json").write_text('{"backbone": "other"}')
    ours = BackboneManifest.read(backbone).id
    with pytest.raises(ModelsError, match=f"of backbone other, and .* is {ours}"):
        add_statistics(
            tmp_path, make_photos({"red": 12}), backbone=backbone, cache=tmp_path / "cache"
        )

"""Training a head of several labels a photo, from a manifest to what is published."""

import json
from dataclasses import replace

import numpy as np
import pytest
from vgg16_models.evaluation.multi_label import label_sets
from vgg16_models.graph.session import create_session
from vgg16_models.heads.name import HeadName
from vgg16_models.reports.training_report import report_files
from vgg16_models.training.gate import Gate
from vgg16_models.training.publish import publish
from vgg16_models.training.recipe import Recipe
from vgg16_models.training.train import train


class LabelExtractor:
    """Maps with a channel for each of two labels, which are in the name of the file."""

    backbone_id = "labels"
    precision = "fp32"
    digest = "1"

    def __init__(self, strength):
        self._strength = strength

    def extract(self, photos):
        for photo, data in photos:
            values = np.random.default_rng(len(data)).normal(0, 0.3, (5, 5, 512))
            for channel, label in enumerate(("cat", "indoor")):
                values[..., channel] += self._strength * (label in photo.path.stem)
            yield photo, values.astype(np.float32)


@pytest.fixture
def manifest(make_photos, tmp_path):
    images = make_photos({"photos": 100})
    rows = []
    for path in sorted(images.rglob("*.jpg")):
        number = int(path.stem)
        labels = [label for bit, label in enumerate(("cat", "indoor")) if number >> bit & 1]
        named = path.rename(path.with_name("-".join([path.stem, *labels]) + ".jpg"))
        rows.append({"file": str(named), "labels": labels})
    path = tmp_path / "photos.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def trained(manifest, cache, strength, version=1, epochs=40):
    return train(
        HeadName("scenes", version),
        manifest,
        extractor=LabelExtractor(strength),
        cache=cache,
        recipe=Recipe(epochs=epochs, learning_rate=0.001),
    )


def test_a_head_with_thresholds_is_published(manifest, tmp_path):
    result = trained(manifest, tmp_path / "cache", strength=3)
    report = report_files(result)
    assert "confusion.png" not in report
    assert "average precision" in report["index.html"].decode()
    assert "any number of its labels" in report["model-card.md"].decode()
    published = publish(result, report, tmp_path / "heads", tmp_path / "report", Gate())
    assert published.serves
    content = json.loads((published.folder / "head.json").read_text())
    assert content["labels"] == ["cat", "indoor"]
    assert len(content["thresholds"]) == 2
    assert content["training"]["test_accuracy"] == 1
    scores = create_session(published.folder / "head.onnx").run(
        None, {"features": np.stack([*result.data.maps.values()])}
    )[0]
    expected = [[label in p.labels for label in content["labels"]] for p in result.data.maps]
    assert ((scores >= content["thresholds"]) == expected).mean() > 0.97


def test_a_head_that_knows_nothing_is_not_published(manifest, tmp_path):
    result = trained(manifest, tmp_path / "cache", strength=0, epochs=2)
    objection = Gate().objection(result, None)
    assert objection is not None
    assert "better than that of the labels' frequencies" in objection


def test_a_head_must_be_significantly_better_than_the_frequencies(manifest, tmp_path):
    result = trained(manifest, tmp_path / "cache", strength=3, epochs=1)
    (data_set, test), *_ = result.test.items()
    frequencies = label_sets(result.split.train, test.labels).mean(axis=0)
    alike = np.tile(frequencies, (len(test.photos), 1))
    nearer = np.where(label_sets(test.photos, test.labels), 1, 0)

    def objection(right: int) -> str | None:
        scores = np.concatenate([0.9 * nearer[:right] + 0.05, alike[right:]])
        of_test = {data_set: replace(test, scores=scores)}
        return Gate().objection(replace(result, test=of_test), None)

    assert "is no better than that of the labels' frequencies" in objection(0)
    assert "is not significantly better than that of the labels' frequencies" in objection(1)
    assert "(p = 0.500, not below 0.05): more test photos" in objection(1)
    assert objection(len(test.photos)) is None


def test_a_worse_head_does_not_replace_a_better_one(manifest, tmp_path):
    better = trained(manifest, tmp_path / "cache", strength=3)
    serving = publish(better, {}, tmp_path / "heads", tmp_path / "report").folder
    worse = trained(manifest, tmp_path / "cache", strength=3, version=2, epochs=3)
    assert "is above that of scenes@1" in Gate().objection(worse, serving)
    assert Gate().objection(better, serving) is None

import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image
from vgg16_models.backbone.inference import Backbone
from vgg16_models.data.photos import scan
from vgg16_models.evaluation.predictions import Predictions, targets_of
from vgg16_models.features.cache import LocalMaps
from vgg16_models.heads.name import HeadName
from vgg16_models.reports import charts as pictures
from vgg16_models.reports.html_page import Picture, Section, Table, html
from vgg16_models.reports.training_report import PAGE, _right, _wrong, report_files
from vgg16_models.training.fit import Curves
from vgg16_models.training.recipe import Recipe
from vgg16_models.training.train import train


def size(png):
    with Image.open(io.BytesIO(png)) as image:
        assert image.format == "PNG"
        image.load()
        return image.size


@pytest.fixture
def predictions(make_photos):
    """Of 12 photos, every third one wrong."""
    photos = scan(make_photos({"red": 6, "green": 6})).photos
    labels = ("green", "red")
    targets = targets_of(photos, labels)
    wrong = np.arange(12) % 3 == 0
    scores = np.where((targets ^ wrong)[:, None] == [0, 1], 0.9, 0.1).astype(np.float32)
    return Predictions(photos, labels, targets, scores)


def test_a_training_has_a_page(backbone, make_photos, tmp_path):
    images = make_photos({"<b>red": 20, "green": 20})
    (images / "green" / "broken.jpg").write_text("no picture")
    trained = train(
        HeadName("colours", 3),
        images,
        source=LocalMaps(Backbone.load(backbone, "fp32")),
        cache=tmp_path / "cache",
        recipe=Recipe(epochs=3),
    )
    files = report_files(trained)
    assert sorted(files) == [
        "confusion.png",
        "curves.png",
        "index.html",
        "right.png",
    ], "nothing was wrong, so there is no picture of it"
    text = files[PAGE].decode()
    for wanted in (
        "<title>colours@3</title>",
        "4 of 4 test photos labelled right: 100.0%, with a standard error of 0.0%",
        "green/broken.jpg",
        "is not an image of a known format",
        "Files skipped: 1",
        "263,682",
        trained.manifest.backbone,
        "&lt;b&gt;red",
    ):
        assert wanted in text
    assert "<b>" not in text
    assert re.findall(r'(?:src|href)="(?!data:image/png;base64,)', text) == [], (
        "needs no other file"
    )
    HTMLParser().feed(text)


def test_wrong_ones_are_shown_the_surest_first(predictions):
    scores = predictions.scores.copy()
    at = np.flatnonzero(~predictions.right)[2]
    scores[at] = np.where(scores[at] > 0.5, 0.99, 0.01)
    made = Predictions(predictions.photos, predictions.labels, predictions.targets, scores)
    assert _wrong(made).tolist() == [6, 0, 3, 9]
    assert _right(made).tolist() == np.flatnonzero(made.right).tolist()


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (5, 1), (6, 2), (10, 2)])
def test_a_gallery_has_five_in_a_row(predictions, count, rows):
    width, height = size(pictures.gallery(predictions, range(count)))
    assert height / width == pytest.approx(rows * 2.6 / (5 * 2.1), rel=0.01)


@pytest.mark.parametrize("epochs", [1, 30])
def test_curves_of_any_length(epochs):
    line = tuple(np.linspace(1, 0.5, epochs))
    assert size(pictures.curves(Curves(line, line, line, line)))


@pytest.mark.parametrize("classes", [2, 3, 40])
def test_confusion_of_any_number_of_labels(classes):
    labels = tuple(f"a label with a long name {index}" for index in range(classes))
    scores = np.eye(classes, dtype=np.float32)
    assert size(pictures.confusion(Predictions((), labels, np.arange(classes), scores)))


def test_all_text_of_a_page_is_escaped():
    page = html("<t>", "<l>", [Section("<h>", "<p>", [Table([("<c>", 1)], ("<n>",))])])
    for letter in "tlhcn":
        assert f"&lt;{letter}&gt;" in page


def test_a_picture_travels_within_its_page():
    page = html("t", "l", [Section("h", pictures=[Picture(b"png", "it's")])])
    assert '<img src="data:image/png;base64,cG5n" alt="it&#39;s">' in page

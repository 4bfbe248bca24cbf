import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image
from vgg16_models.backbone.inference import Backbone
from vgg16_models.data.photos import scan
from vgg16_models.evaluation.predictions import Predictions, encode_labels
from vgg16_models.features.extractors import LocalExtractor
from vgg16_models.heads.name import HeadName
from vgg16_models.reports import charts
from vgg16_models.reports.html_page import PAGE, Figure, Section, Table, render
from vgg16_models.reports.training_report import _classified_correctly, _misclassified, report_files
from vgg16_models.training.fit import LearningCurves
from vgg16_models.training.recipe import Recipe
from vgg16_models.training.train import train


def size(png):
    with Image.open(io.BytesIO(png)) as image:
        assert image.format == "PNG"
        image.load()
        return image.size


@pytest.fixture
def predictions(make_photos):
    """Of 12 photos; every third one is misclassified."""
    photos = scan(make_photos({"red": 6, "green": 6})).photos
    labels = ("green", "red")
    targets = encode_labels(photos, labels)
    wrong = np.arange(12) % 3 == 0
    scores = np.where((targets ^ wrong)[:, None] == [0, 1], 0.9, 0.1).astype(np.float32)
    return Predictions(photos, labels, targets, scores)


def test_the_page_of_a_training(backbone, make_photos, tmp_path):
    images = make_photos({"<b>red": 20, "green": 20})
    (images / "green" / "broken.jpg").write_text("not an image")
    trained = train(
        HeadName("colours", 3),
        images,
        extractor=LocalExtractor(Backbone.load(backbone, "fp32")),
        cache=tmp_path / "cache",
        recipe=Recipe(epochs=3),
    )
    files = report_files(trained)
    assert sorted(files) == [
        "confusion.png",
        "curves.png",
        "index.html",
        "model-card.html",
        "model-card.md",
        "reliability.png",
        "right.png",
        "split.csv",
    ], "nothing is misclassified, so wrong.png is missing"
    text = files[PAGE].decode()
    for expected in (
        "<title>colours@3</title>",
        "4 of 4 test photos classified correctly: 100.0%, 95% interval 51.0% to 100.0%",
        "green/broken.jpg",
        "is not an image of a known format",
        "Files skipped: 1",
        "263,682",
        trained.manifest.backbone,
        "&lt;b&gt;red",
    ):
        assert expected in text
    assert "<b>" not in text
    assert re.findall(r'(?:src|href)="(?!data:image/png;base64,)', text) == [], "is self-contained"
    HTMLParser().feed(text)


def test_misclassified_photos_have_the_highest_score_first(predictions):
    scores = predictions.scores.copy()
    at = np.flatnonzero(~predictions.correct)[2]
    scores[at] = np.where(scores[at] > 0.5, 0.99, 0.01)
    made = Predictions(predictions.photos, predictions.labels, predictions.targets, scores)
    assert _misclassified(made).tolist() == [6, 0, 3, 9]
    assert _classified_correctly(made).tolist() == np.flatnonzero(made.correct).tolist()


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (5, 1), (6, 2), (10, 2)])
def test_a_grid_has_five_per_row(predictions, count, rows):
    width, height = size(charts.prediction_grid(predictions, range(count)))
    assert height / width == pytest.approx(rows * 2.6 / (5 * 2.1), rel=0.01)


@pytest.mark.parametrize("epochs", [1, 30])
def test_curves_of_any_length(epochs):
    line = tuple(np.linspace(1, 0.5, epochs))
    assert size(charts.learning_curves(LearningCurves(line, line, line, line)))


@pytest.mark.parametrize("classes", [2, 3, 40])
def test_confusion_of_any_number_of_labels(classes):
    labels = tuple(f"a label with a long name {index}" for index in range(classes))
    scores = np.eye(classes, dtype=np.float32)
    assert size(charts.confusion_matrix(Predictions((), labels, np.arange(classes), scores)))


def test_all_text_of_a_page_is_escaped():
    page = render("<t>", "<l>", [Section("<h>", "<p>", [Table([("<c>", 1)], ("<n>",))])])
    for letter in "tlhcn":
        assert f"&lt;{letter}&gt;" in page


def test_figures_are_embedded():
    page = render("t", "l", [Section("h", figures=[Figure(b"png", "it's")])])
    assert '<img src="data:image/png;base64,cG5n" alt="it&#39;s">' in page

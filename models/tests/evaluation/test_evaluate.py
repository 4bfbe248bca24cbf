import json

import numpy as np
import pytest
from vgg16_models.errors import ModelsError, UndecodableError
from vgg16_models.evaluation.evaluate import evaluate
from vgg16_models.feature_service import HeadScores
from vgg16_models.reports.evaluation_report import evaluation_text, write_evaluation_report


class FakeService:
    """Responds by the number in the file name."""

    def __init__(self, respond):
        self._respond = respond

    def classify(self, photos, head):
        for photo, _ in reversed(list(photos)):  # responses come in any order
            yield photo, self._respond(photo, head)


def scored(photo, head="colours", version="2"):
    right = int(photo.path.stem) % 4 != 0
    sure = 0.9 if (photo.label == "red") == right else 0.1
    return HeadScores(head, version, ("red", "green"), np.array([sure, 1 - sure], np.float32))


def test_figures_and_report(make_photos, tmp_path):
    images = make_photos({"red": 8, "green": 4})
    (images / "red" / "99.jpg").write_text("not an image")

    def respond(photo, head):
        if photo.path.stem == "99":
            return UndecodableError("cut short")
        return scored(photo, head)

    evaluation = evaluate(FakeService(respond), images, "colours")
    # 0 and 4 of red and 0 of green are misclassified.
    assert evaluation.predictions.accuracy.correct == 9
    assert evaluation.predictions.confusion.tolist() == [[6, 2], [1, 3]]
    red, green = evaluation.predictions.label_metrics()
    assert (red.precision, red.recall) == (pytest.approx(6 / 7), 0.75)
    assert (green.precision, green.recall) == (pytest.approx(3 / 5), 0.75)
    # All scores are 0.9, and 0.75 of the photos are correct.
    assert evaluation.predictions.calibration_error == pytest.approx(0.15, abs=1e-6)
    expected = -(9 * np.log(0.9) + 3 * np.log(0.1)) / 12
    assert evaluation.predictions.log_loss == pytest.approx(expected, abs=1e-6)
    assert [file.path.name for file in evaluation.skipped] == ["99.jpg"]

    text = evaluation_text(evaluation)
    assert text.startswith("colours@2, all photos\naccuracy           0.7500 (9 of 12)")
    assert "calibration error  0.1500" in text

    page = write_evaluation_report(evaluation, tmp_path / "report")
    figures = json.loads((page.parent / "evaluation.json").read_text())
    assert figures["accuracy"] == 0.75
    assert figures["skipped"][0]["reason"] == "cut short"
    assert "9 of 12 photos classified correctly: 75.0%" in page.read_text()
    assert (page.parent / "reliability.png").stat().st_size > 1000


def test_a_folder_that_is_no_label_is_refused(make_photos):
    images = make_photos({"blue": 2, "red": 2})
    with pytest.raises(ModelsError, match="blue is not a label of colours@2, which has red, green"):
        evaluate(FakeService(scored), images, "colours")


def test_two_versions_are_an_error(make_photos):
    images = make_photos({"red": 4})

    def respond(photo, head):
        return scored(photo, head, version="1" if photo.path.stem == "2" else "2")

    with pytest.raises(ModelsError, match="another version of colours was loaded"):
        evaluate(FakeService(respond), images, "colours")


def test_calibration_bins(make_photos):
    evaluation = evaluate(FakeService(scored), make_photos({"red": 4}), "colours").predictions
    bins = evaluation.calibration(10)
    assert [each.count for each in bins] == [0] * 8 + [4, 0]
    assert bins[8].confidence == pytest.approx(0.9)
    assert bins[8].accuracy == 0.75

import json

import numpy as np
import pytest
from vgg16_models.client.feature_service import Scored
from vgg16_models.errors import ModelsError, UndecodableError
from vgg16_models.evaluation.evaluate import evaluate


class FakeService:
    """Says of a photo what its file's number asks for."""

    def __init__(self, said):
        self._said = said

    def classify(self, photos, head):
        for photo, _ in reversed(list(photos)):  # answers come in any order
            yield photo, self._said(photo, head)


def scored(photo, head="colours", version="2"):
    right = int(photo.path.stem) % 4 != 0
    sure = 0.9 if (photo.label == "red") == right else 0.1
    return Scored(head, version, ("red", "green"), np.array([sure, 1 - sure], np.float32))


def test_figures_and_report(make_photos, tmp_path):
    images = make_photos({"red": 8, "green": 4})
    (images / "red" / "99.jpg").write_text("no picture")

    def said(photo, head):
        if photo.path.stem == "99":
            return UndecodableError("cut short")
        return scored(photo, head)

    made = evaluate(FakeService(said), images, "colours")
    # Numbers 0 and 4 of red and 0 of green are taken for the other label.
    assert made.predictions.accuracy.correct == 9
    assert made.predictions.confusion.tolist() == [[6, 2], [1, 3]]
    red, green = made.predictions.by_label()
    assert (red.precision, red.recall) == (pytest.approx(6 / 7), 0.75)
    assert (green.precision, green.recall) == (pytest.approx(3 / 5), 0.75)
    # All are 0.9 sure, and 0.75 of them right.
    assert made.predictions.calibration_error == pytest.approx(0.15, abs=1e-6)
    wanted = -(9 * np.log(0.9) + 3 * np.log(0.1)) / 12
    assert made.predictions.log_loss == pytest.approx(wanted, abs=1e-6)
    assert [file.path.name for file in made.skipped] == ["99.jpg"]

    text = made.text()
    assert text.startswith("colours@2, all photos\naccuracy           0.7500 (9 of 12)")
    assert "calibration error  0.1500" in text

    page = made.write(tmp_path / "report")
    figures = json.loads((page.parent / "evaluation.json").read_text())
    assert figures["accuracy"] == 0.75
    assert figures["skipped"][0]["reason"] == "cut short"
    assert "9 of 12 photos labelled right: 75.0%" in page.read_text()
    assert (page.parent / "reliability.png").stat().st_size > 1000


def test_a_folder_that_is_no_label_is_refused(make_photos):
    images = make_photos({"blue": 2, "red": 2})
    with pytest.raises(ModelsError, match="blue is no label of colours@2, which has red, green"):
        evaluate(FakeService(scored), images, "colours")


def test_two_versions_are_not_judged_together(make_photos):
    images = make_photos({"red": 4})

    def said(photo, head):
        return scored(photo, head, version="1" if photo.path.stem == "2" else "2")

    with pytest.raises(ModelsError, match="another version of colours was loaded"):
        evaluate(FakeService(said), images, "colours")


def test_scores_are_binned_from_the_least_to_the_most(make_photos):
    made = evaluate(FakeService(scored), make_photos({"red": 4}), "colours").predictions
    bins = made.calibration(10)
    assert [each.count for each in bins] == [0] * 8 + [4, 0]
    assert bins[8].confidence == pytest.approx(0.9)
    assert bins[8].accuracy == 0.75

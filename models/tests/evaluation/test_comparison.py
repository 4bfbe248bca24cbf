import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_photos import photos_in
from vgg16_models.data.photos import scan
from vgg16_models.errors import ModelsError
from vgg16_models.evaluation.comparison import compare
from vgg16_models.evaluation.evaluate import Evaluation
from vgg16_models.evaluation.predictions import Predictions, encode_labels
from vgg16_models.reports.comparison_report import comparison_text, write_comparison_report

LABELS = ("green", "red")


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = photos_in(tmp_path_factory.mktemp("p") / "photos", {"red": 20, "green": 20}, side=24)
    return scan(folder).photos


def evaluation(photos, version, wrong, labels=LABELS, sure=0.9):
    """Of a head that gets the photos at these indices wrong."""
    targets = encode_labels(photos, labels)
    predicted = targets.copy()
    predicted[list(wrong)] = 1 - predicted[list(wrong)]
    scores = np.full((len(photos), len(labels)), (1 - sure) / (len(labels) - 1), np.float32)
    scores[np.arange(len(photos)), predicted] = sure
    predictions = Predictions(photos, labels, targets, scores)
    return Evaluation("colours", version, "all", predictions, None, ())


def test_a_better_head_is_told_from_a_worse_one(photos):
    found = compare(evaluation(photos, "1", range(9)), evaluation(photos, "2", [0]))
    assert found.accuracy.value == pytest.approx(0.2)
    assert 0 < found.accuracy.low < 0.2 < found.accuracy.high
    assert (found.both, found.neither) == (31, 1)
    assert found.only_second.tolist() == [*range(1, 9)]
    assert found.only_first.size == 0
    assert found.p_value == pytest.approx(2 * 0.5**8)
    assert found.verdict == "colours@2 is the more accurate head on these 40 photos"
    back = compare(evaluation(photos, "2", [0]), evaluation(photos, "1", range(9)))
    assert back.verdict == found.verdict
    assert back.accuracy.value == -found.accuracy.value


def test_heads_that_differ_by_chance_are_not_told_apart(photos):
    found = compare(evaluation(photos, "1", [0, 1, 2, 3]), evaluation(photos, "2", [3, 4]))
    assert found.p_value == pytest.approx(0.625)  # 3 against 1
    assert found.accuracy.low <= 0 <= found.accuracy.high
    assert found.verdict == "40 photos do not tell which head is the more accurate"


def test_heads_that_agree_differ_in_nothing(photos):
    found = compare(evaluation(photos, "1", [3]), evaluation(photos, "2", [3], sure=0.8))
    assert (found.p_value, found.accuracy.value) == (1, 0)
    # 39 photos lose -log 0.8, one -log 0.2, and so on.
    expected = (39 * np.log(0.9 / 0.8) + np.log(0.1 / 0.2)) / 40
    assert found.log_loss.value == pytest.approx(expected, abs=1e-6)


def test_labels_may_differ_in_order_and_number(photos):
    ours = evaluation(photos, "1", [0])
    found = compare(ours, evaluation(photos, "2", [1], labels=("red", "green")))
    assert found.only_first.tolist() == [1]
    assert found.log_loss is not None
    found = compare(ours, evaluation(photos, "2", [1], labels=("red", "green", "blue")))
    assert found.only_second.tolist() == [0]
    assert found.log_loss is None


def test_what_can_not_be_compared(photos):
    ours = evaluation(photos, "1", [])
    with pytest.raises(ModelsError, match="both heads are colours@1: name another version"):
        compare(ours, ours)
    others = [replace(each, path=Path("elsewhere")) for each in photos]
    with pytest.raises(ModelsError, match="scored other photos"):
        compare(ours, evaluation(tuple(others), "2", []))


def test_text_and_report(photos, tmp_path):
    found = compare(evaluation(photos, "1", range(30)), evaluation(photos, "2", [0, 35]))
    text = comparison_text(found)
    assert "difference in accuracy  +70.00 points (" in text
    assert "right by colours@1 alone: 1, by colours@2 alone: 29; McNemar's exact p = " in text
    page = write_comparison_report(found, tmp_path / "report").read_text()
    assert "<h2>Right by colours@2 alone</h2>" in page
    assert "<p>29 photos; 20 of them:</p>" in page, page[-3000:]
    assert page.count('<img src="data:image/jpeg;base64,') == 21
    figures = json.loads((tmp_path / "report/comparison.json").read_text())
    assert figures["accuracy_difference"]["value"] == pytest.approx(0.7)
    assert len(figures["right_by_second_alone"]) == 29

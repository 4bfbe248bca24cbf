from pathlib import Path

import numpy as np
import pytest
from vgg16_models.data.photos import Photo
from vgg16_models.evaluation.curves import label_curves
from vgg16_models.evaluation.predictions import (
    Accuracy,
    Confusion,
    LabelMetrics,
    Predictions,
    encode_labels,
)
from vgg16_models.evaluation.thresholds import threshold_table


def photo(label):
    return Photo(Path(label) / "x.jpg", (label,), "0" * 64)


PREDICTIONS = Predictions(
    tuple(photo(label) for label in ("a", "a", "b", "b", "b")),
    ("a", "b", "c"),
    np.array([0, 0, 1, 1, 1]),
    np.array(
        [[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.8, 0.1], [0.3, 0.5, 0.2], [0.5, 0.4, 0.1]],
        np.float32,
    ),
)


def test_accuracy():
    accuracy = PREDICTIONS.accuracy
    assert (accuracy.correct, accuracy.count, accuracy.fraction) == (3, 5, 0.6)
    assert accuracy.interval == pytest.approx((0.2307, 0.8824), abs=1e-4)
    assert str(accuracy) == "0.6000 (3 of 5)"
    assert PREDICTIONS.correct.tolist() == [True, False, True, True, False]


def test_the_interval_of_a_perfect_accuracy_has_a_width():
    low, high = Accuracy(93, 93).interval
    assert (low, high) == (pytest.approx(0.9603, abs=1e-4), 1)
    assert "100.0%, 95% interval 96.0% to 100.0%" in Accuracy(93, 93).sentence("photos")


def test_confusions_are_counted_by_pair():
    assert PREDICTIONS.confusions() == (Confusion("a", "b", 1), Confusion("b", "a", 1))


def test_curves_of_the_labels_that_tell_photos_apart():
    a, b = label_curves(PREDICTIONS)
    assert (a.label, b.label) == ("a", "b")
    # Of 6 pairs of a photo of `a` and another one, the score of `a` orders 4.
    assert a.roc_auc == pytest.approx(4 / 6)


def test_thresholds_trade_answers_for_accuracy():
    by_threshold = {row.threshold: row for row in threshold_table(PREDICTIONS)}
    assert by_threshold[0.0].coverage == 1
    assert by_threshold[0.6].answered == Accuracy(2, 3)
    assert by_threshold[0.8].answered == Accuracy(2, 2)
    assert by_threshold[0.9].answered is None
    assert by_threshold[0.9].coverage == 0


def test_log_loss():
    expected = -np.log([0.8, 0.2, 0.8, 0.5, 0.4]).mean()
    assert PREDICTIONS.log_loss == pytest.approx(expected, rel=1e-6)


def test_confusion_has_the_true_label_down_and_labels_without_photos_too():
    assert PREDICTIONS.confusion.tolist() == [[1, 1, 0], [1, 2, 0], [0, 0, 0]]


def test_metrics_of_each_label():
    a, b, c = PREDICTIONS.label_metrics()
    assert a == LabelMetrics("a", 1 / 2, 1 / 2, 1 / 2, 2)
    assert b == LabelMetrics(
        "b", pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3), 3
    )
    assert c == LabelMetrics("c", 0, 0, 0, 0)


def test_targets():
    assert encode_labels([photo("b"), photo("a")], ("a", "b")).tolist() == [1, 0]

from pathlib import Path

import numpy as np
import pytest
from vgg16_models.data.photos import Photo
from vgg16_models.evaluation.predictions import LabelMetrics, Predictions, encode_labels


def photo(label):
    return Photo(Path(label) / "x.jpg", label, "0" * 64)


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
    assert PREDICTIONS.accuracy.standard_error == pytest.approx((0.6 * 0.4 / 5) ** 0.5)
    assert str(accuracy) == "0.6000 (3 of 5)"
    assert PREDICTIONS.correct.tolist() == [True, False, True, True, False]


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

from pathlib import Path

import numpy as np
import pytest
from vgg16_models.data.photos import Photo
from vgg16_models.evaluation.multi_label import (
    DEFAULT_THRESHOLD,
    MultiLabelPredictions,
    choose_thresholds,
    label_sets,
    predictions_of,
)
from vgg16_models.evaluation.predictions import Predictions

LABELS = ("cat", "dog", "indoor")


def photo(*labels):
    return Photo(Path("x.jpg"), labels, "0" * 64)


PHOTOS = (photo("cat", "indoor"), photo("cat"), photo("dog", "indoor"), photo())
SCORES = np.array([[0.9, 0.1, 0.6], [0.8, 0.3, 0.7], [0.2, 0.7, 0.4], [0.1, 0.2, 0.3]], np.float32)
PREDICTIONS = predictions_of(PHOTOS, LABELS, SCORES, np.array([0.5, 0.5, 0.35]))


def test_targets_are_the_labels_of_each_photo():
    expected = [[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 0, 0]]
    assert label_sets(PHOTOS, LABELS).tolist() == expected


def test_a_photo_is_correct_when_exactly_its_labels_are_predicted():
    assert PREDICTIONS.correct.tolist() == [True, False, True, True]
    assert str(PREDICTIONS.accuracy) == "0.7500 (3 of 4)"


def test_each_label_has_a_threshold_of_its_own():
    assert [label for label, _ in PREDICTIONS.predicted_labels(2)] == ["dog", "indoor"]
    assert PREDICTIONS.predicted_labels(3) == ()


def test_metrics():
    cat, dog, indoor = PREDICTIONS.label_metrics()
    assert (cat.precision, cat.recall, cat.count) == (1, 1, 2)
    assert (dog.precision, dog.recall, dog.count) == (1, 1, 1)
    assert (indoor.precision, indoor.recall) == (pytest.approx(2 / 3), 1)
    assert PREDICTIONS.f1 == pytest.approx(10 / 11)
    assert PREDICTIONS.average_precision() == (1, 1, pytest.approx((1 / 2 + 2 / 3) / 2))


def test_log_loss_and_calibration():
    targets = label_sets(PHOTOS, LABELS)
    right = np.where(targets > 0, SCORES, 1 - SCORES)
    assert PREDICTIONS.log_loss == pytest.approx(-np.log(right).mean(), rel=1e-6)
    bins = PREDICTIONS.calibration(2)
    assert [(each.count, each.accuracy) for each in bins] == [
        (7, pytest.approx(1 / 7)),
        (5, pytest.approx(4 / 5)),
    ]


def test_a_label_without_photos_has_no_average_precision():
    none = predictions_of(PHOTOS[3:], LABELS, SCORES[3:], np.full(3, 0.5))
    assert none.average_precision() == (None, None, None)
    assert none.accuracy.correct == 1


def test_thresholds_separate_the_labels():
    targets = np.repeat([[1, 1], [1, 0], [0, 0]], 10, axis=0)
    scores = np.where(targets > 0, 0.3, 0.1) + np.linspace(0, 0.05, 30)[:, None]
    thresholds = choose_thresholds(scores, targets)
    assert ((scores >= thresholds) == (targets > 0)).all()


def test_a_rare_label_has_the_usual_threshold():
    targets = np.zeros((30, 1))
    targets[:4] = 1
    assert choose_thresholds(targets * 0.3, targets).tolist() == [DEFAULT_THRESHOLD]


def test_one_label_a_photo_makes_other_predictions():
    one = predictions_of(PHOTOS[1:2], LABELS, SCORES[1:2], None)
    assert isinstance(one, Predictions)
    assert isinstance(PREDICTIONS, MultiLabelPredictions)

import logging

import numpy as np
import pytest
from vgg16_models.errors import ModelsError
from vgg16_models.heads.architecture import HeadArchitecture
from vgg16_models.training.fit import LearningCurves, fit
from vgg16_models.training.recipe import Recipe
from vgg16_models.training.training_data import Examples


def examples(counts, seed=0, spread=1.0):
    """Random maps; each label has one channel with higher values."""
    random = np.random.default_rng(seed)
    targets = np.repeat(np.arange(len(counts)), counts)
    features = random.normal(0, spread, (len(targets), 5, 5, 512)).astype(np.float32)
    features[np.arange(len(targets)), :, :, targets] += 5
    return Examples(features, np.eye(len(counts), dtype=np.float32)[targets])


def small(**options):
    return Recipe(HeadArchitecture(units=8), **options)


def test_training_logs_each_epoch(caplog):
    caplog.set_level(logging.INFO, "vgg16_models")
    recipe = small(epochs=20, patience=20, learning_rate=0.01)
    made = fit(examples((20, 20, 20)), examples((5, 5, 5), 1), recipe)
    curves = made.curves
    assert curves.epochs == 20
    assert curves.loss[-1] < curves.loss[0]
    assert curves.validation_accuracy[-1] == 1
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0].startswith("epoch   1/20: loss ")
    assert lines[0].endswith(" *")
    assert f"kept the weights of epoch {curves.best_epoch} of 20" in lines
    assert lines[-1] == f"temperature {made.temperature:.4f}, fitted on 15 validation photos"


def test_a_training_that_was_cut_short_says_so(caplog):
    caplog.set_level(logging.WARNING, "vgg16_models")
    train, validation = examples((20, 20)), examples((5, 5), 1)
    assert fit(train, validation, small(epochs=2)).curves.best_epoch == 2
    assert caplog.messages == [
        "the last epoch was the best: with more --epochs the head may be better"
    ]
    caplog.clear()
    hard = examples((10, 10), 1, spread=30)
    fit(examples((10, 10), spread=30), hard, small(epochs=30, learning_rate=0.05))
    assert not [each for each in caplog.messages if "--epochs" in each]


def test_the_weights_of_the_best_epoch_are_kept():
    validation = examples((10, 10), 1, spread=30)
    made = fit(examples((10, 10), spread=30), validation, small(epochs=30, learning_rate=0.05))
    curves = made.curves
    scores = made.model.predict(validation.features, verbose=0)
    loss = -np.log(scores[validation.targets > 0]).mean()
    assert loss == pytest.approx(min(curves.validation_loss), rel=1e-3)
    assert curves.best_epoch < curves.epochs


def test_patience():
    validation = examples((10, 10), 1, spread=30)
    recipe = small(epochs=200, patience=3, learning_rate=0.05)
    curves = fit(examples((10, 10), spread=30), validation, recipe).curves
    assert curves.epochs == curves.best_epoch + 3


def test_the_same_seed_gives_the_same_head():
    train, validation = examples((10, 10)), examples((3, 3), 1)

    def weights(seed):
        model = fit(train, validation, small(epochs=2, seed=seed)).model
        return np.concatenate([each.ravel() for each in model.get_weights()])

    np.testing.assert_array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(1), weights(2))


def test_class_weights_help_the_rare_label():
    train, validation = examples((95, 5), spread=10), examples((50, 50), 1, spread=10)

    def rare_found(class_weights):
        recipe = small(epochs=1, class_weights=class_weights)
        model = fit(train, validation, recipe).model
        return model.predict(validation.features, verbose=0)[:, 1].mean()

    assert rare_found(True) > rare_found(False)


def test_divergence_is_an_error():
    data = examples((5, 5), spread=1e30)
    with pytest.raises(ModelsError, match=r"diverged: a learning rate of 1e\+30 is too high"):
        fit(data, data, small(epochs=2, learning_rate=1e30))


def test_the_best_epoch_is_the_first_with_the_lowest_loss():
    assert LearningCurves((1, 1, 1), (0, 0, 0), (0.3, 0.2, 0.2), (0, 0, 0)).best_epoch == 2


@pytest.mark.parametrize("schedule", ["cosine", "plateau"])
def test_a_schedule_lowers_the_learning_rate(schedule):
    recipe = small(epochs=12, patience=4, learning_rate=0.05, schedule=schedule)
    model = fit(examples((20, 20), spread=30), examples((10, 10), 1, 30), recipe).model
    assert float(model.optimizer.learning_rate) < 0.05


def test_the_constant_schedule_keeps_it():
    model = fit(examples((5, 5)), examples((5, 5), 1), small(epochs=2, learning_rate=0.05)).model
    assert float(model.optimizer.learning_rate) == pytest.approx(0.05)


def weight(model):
    return np.square(model.get_weights()[0]).sum()


def test_l2_keeps_weights_small_and_out_of_the_log_loss():
    train, validation = examples((20, 20)), examples((5, 5), 1)
    plain, kept = (
        fit(train, validation, small(epochs=10, l2=l2, learning_rate=0.01)) for l2 in (0.0, 1.0)
    )
    assert weight(kept.model) < weight(plain.model) / 2
    scores = kept.model.predict(validation.features, verbose=0)
    loss = -np.log(scores[validation.targets > 0]).mean()
    assert loss == pytest.approx(min(kept.curves.validation_loss), rel=1e-3)


def test_label_smoothing_lowers_the_scores():
    train, validation = examples((20, 20)), examples((5, 5), 1)

    def confidence(smoothing):
        recipe = small(epochs=60, patience=60, learning_rate=0.01, label_smoothing=smoothing)
        return fit(train, validation, recipe).model.predict(train.features, verbose=0).max(1).mean()

    assert confidence(0.0) > 0.99
    assert confidence(0.2) == pytest.approx(0.9, abs=0.03)


def test_a_linear_head_learns():
    recipe = Recipe(HeadArchitecture(units=0), epochs=40, learning_rate=0.01)
    made = fit(examples((20, 20, 20)), examples((5, 5, 5), 1), recipe)
    assert made.model.count_params() == 512 * 3 + 3
    assert made.curves.validation_accuracy[made.curves.best_epoch - 1] == 1


def test_the_temperature_lowers_the_log_loss_and_changes_no_prediction():
    train, validation = examples((30, 30), spread=40), examples((100, 100), 1, 40)
    recipe = small(epochs=40, patience=40, learning_rate=0.05)
    made = fit(train, validation, recipe)
    plain = made.scores(validation.features, calibrated=False)
    calibrated = made.scores(validation.features)
    assert made.temperature != 1
    np.testing.assert_array_equal(plain.argmax(axis=1), calibrated.argmax(axis=1))

    def loss(scores):
        return -np.log(scores[validation.targets > 0]).mean()

    assert loss(calibrated) < loss(plain)


def test_without_a_temperature_the_scores_are_those_of_the_model():
    validation = examples((5, 5), 1)
    made = fit(examples((5, 5)), validation, small(epochs=1, temperature=False))
    assert made.temperature == 1
    expected = made.model.predict(validation.features, verbose=0)
    np.testing.assert_array_equal(made.scores(validation.features), expected)


def several_labels(count, seed):
    """Each of three labels is had by a photo or not, whatever the others."""
    random = np.random.default_rng(seed)
    targets = random.integers(0, 2, (count, 3)).astype(np.float32)
    features = random.normal(0, 0.3, (count, 5, 5, 512)).astype(np.float32)
    features[:, :, :, :3] += 5 * targets[:, None, None, :]
    return Examples(features, targets, multi_label=True)


def test_several_labels_a_photo():
    validation = several_labels(60, 1)
    recipe = Recipe(HeadArchitecture(units=0), epochs=60, patience=60, learning_rate=0.02)
    made = fit(several_labels(120, 0), validation, recipe)
    scores = made.scores(validation.features)
    assert ((scores >= made.thresholds) == (validation.targets > 0)).mean() > 0.9
    assert made.curves.validation_accuracy[-1] > 0.9
    assert (scores.sum(axis=1) > 1.5).any(), "no softmax"


def test_class_weights_are_for_one_label_a_photo():
    data = several_labels(10, 0)
    with pytest.raises(ModelsError, match="needs photos of one label each"):
        fit(data, data, small(epochs=1, class_weights=True))

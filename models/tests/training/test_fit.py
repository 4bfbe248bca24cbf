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
    return Examples(features, targets)


def small(**options):
    return Recipe(HeadArchitecture(units=8), **options)


def test_training_logs_each_epoch(caplog):
    caplog.set_level(logging.INFO, "vgg16_models")
    recipe = small(epochs=20, patience=20, learning_rate=0.01)
    made = fit(3, examples((20, 20, 20)), examples((5, 5, 5), 1), recipe)
    curves = made.curves
    assert curves.epochs == 20
    assert curves.loss[-1] < curves.loss[0]
    assert curves.validation_accuracy[-1] == 1
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0].startswith("epoch   1/20: loss ")
    assert lines[0].endswith(" *")
    assert f"kept the weights of epoch {curves.best_epoch} of 20" in lines


def test_a_training_that_was_cut_short_says_so(caplog):
    caplog.set_level(logging.WARNING, "vgg16_models")
    train, validation = examples((20, 20)), examples((5, 5), 1)
    assert fit(2, train, validation, small(epochs=2)).curves.best_epoch == 2
    assert caplog.messages == [
        "the last epoch was the best: with more --epochs the head may be better"
    ]
    caplog.clear()
    hard = examples((10, 10), 1, spread=30)
    fit(2, examples((10, 10), spread=30), hard, small(epochs=30, learning_rate=0.05))
    assert not [each for each in caplog.messages if "--epochs" in each]


def test_the_weights_of_the_best_epoch_are_kept():
    validation = examples((10, 10), 1, spread=30)
    made = fit(2, examples((10, 10), spread=30), validation, small(epochs=30, learning_rate=0.05))
    curves = made.curves
    scores = made.model.predict(validation.features, verbose=0)
    loss = -np.log(scores[np.arange(20), validation.targets]).mean()
    assert loss == pytest.approx(min(curves.validation_loss), rel=1e-3)
    assert curves.best_epoch < curves.epochs


def test_patience():
    validation = examples((10, 10), 1, spread=30)
    recipe = small(epochs=200, patience=3, learning_rate=0.05)
    curves = fit(2, examples((10, 10), spread=30), validation, recipe).curves
    assert curves.epochs == curves.best_epoch + 3


def test_the_same_seed_gives_the_same_head():
    train, validation = examples((10, 10)), examples((3, 3), 1)

    def weights(seed):
        model = fit(2, train, validation, small(epochs=2, seed=seed)).model
        return np.concatenate([each.ravel() for each in model.get_weights()])

    np.testing.assert_array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(1), weights(2))


def test_class_weights_help_the_rare_label():
    train, validation = examples((95, 5), spread=10), examples((50, 50), 1, spread=10)

    def rare_found(class_weights):
        recipe = small(epochs=1, class_weights=class_weights)
        model = fit(2, train, validation, recipe).model
        return model.predict(validation.features, verbose=0)[:, 1].mean()

    assert rare_found(True) > rare_found(False)


def test_divergence_is_an_error():
    data = examples((5, 5), spread=1e30)
    with pytest.raises(ModelsError, match=r"diverged: a learning rate of 1e\+30 is too high"):
        fit(2, data, data, small(epochs=2, learning_rate=1e30))


def test_the_best_epoch_is_the_first_with_the_lowest_loss():
    assert LearningCurves((1, 1, 1), (0, 0, 0), (0.3, 0.2, 0.2), (0, 0, 0)).best_epoch == 2

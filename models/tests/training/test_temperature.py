import numpy as np
import pytest
from vgg16_models.training.temperature import fit_temperature, scores


def overconfident(count, factor, seed=1):
    """Logits [count,3] that are `factor` times what the labels are drawn by."""
    random = np.random.default_rng(seed)
    true = random.normal(0, 2, (count, 3))
    probabilities = scores(true, 1, multi_label=False)
    labels = [random.choice(3, p=each / each.sum()) for each in probabilities]
    return (true * factor).astype(np.float32), np.eye(3)[labels]


@pytest.mark.parametrize("factor", [0.5, 1, 3])
def test_the_temperature_is_found_again(factor):
    logits, targets = overconfident(4000, factor)
    found = fit_temperature(logits, targets, multi_label=False)
    assert found == pytest.approx(factor, rel=0.1)


def test_of_several_labels_too():
    random = np.random.default_rng(2)
    true = random.normal(0, 2, (2000, 3))
    targets = (random.uniform(size=true.shape) < scores(true, 1, multi_label=True)).astype(float)
    found = fit_temperature(true * 2, targets, multi_label=True)
    assert found == pytest.approx(2, rel=0.1)


def test_a_few_photos_that_are_all_correct_do_not_make_scores_certain():
    logits, targets = np.array([[3.0, 0], [0, 3]] * 2), np.eye(2)[[0, 1] * 2]
    found = fit_temperature(logits, targets, multi_label=False)
    assert scores(logits, found, multi_label=False).max() == pytest.approx(5 / 6, abs=0.01)


def test_logits_of_any_size_have_finite_scores():
    logits = np.array([[1e4, 0], [-1e4, 0]], np.float32)
    for multi_label in (False, True):
        found = fit_temperature(logits, np.eye(2), multi_label=multi_label)
        assert np.isfinite(found)
        assert np.isfinite(scores(logits, found, multi_label=multi_label)).all()

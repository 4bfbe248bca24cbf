import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from vgg16_models.features.statistics import MIN_RELATIVE_STD, FeatureStatistics, normalize
from vgg16_models.heads.manifest import HeadManifest

SHAPE = (3, 2, 4)


@pytest.fixture
def maps():
    """Skewed, as features are, with many zeros."""
    return np.maximum(np.random.default_rng(3).gamma(0.5, size=(50, *SHAPE)) - 0.2, 0)


def test_normalization():
    maps = np.zeros((2, 1, 2, 3), np.float32)
    maps[0] = [[[32, 0, -2], [0, 2, 0]]]  # pooled: 16, 1, -1
    roots = np.array([2, 1, -1])
    np.testing.assert_allclose(normalize(maps), [roots / np.sqrt(6), [0, 0, 0]], atol=1e-12)


def test_normalization_ignores_scale_and_position(maps):
    np.testing.assert_allclose(normalize(7 * maps[:, ::-1]), normalize(maps), atol=1e-12)


def test_the_distance_is_in_standard_deviations(maps):
    statistics = FeatureStatistics.of(maps, maps)
    features = normalize(maps)
    expected = np.sqrt((((features - features.mean(0)) / features.std(0)) ** 2).mean(1))
    np.testing.assert_allclose(statistics.distances(maps), expected, rtol=1e-4)
    assert np.square(expected).mean() == pytest.approx(1)


def test_the_threshold_is_a_quantile_of_the_held_out_photos(maps):
    held_out = np.random.default_rng(4).gamma(0.5, size=(1000, *SHAPE))
    statistics = FeatureStatistics.of(maps, held_out)
    above = statistics.distances(held_out) > statistics.novelty_threshold
    assert above.sum() == 10


def test_a_constant_channel_has_the_minimum_deviation(maps):
    maps[..., 1] = 0
    statistics = FeatureStatistics.of(maps, maps)
    variance = normalize(maps).var(axis=0)
    assert statistics.variance[1] == pytest.approx(MIN_RELATIVE_STD**2 * variance.mean(), rel=1e-5)
    assert np.isfinite(statistics.novelty_threshold)


def test_amending_a_manifest_keeps_its_other_fields(maps, tmp_path):
    path = tmp_path / "head.json"
    path.write_text('{"name": "cats", "labels": ["cat", "dog"], "training": {"images": 2}}')
    statistics = replace(
        FeatureStatistics.of(maps, maps), mean=(1e-7, -0.5) * 256, variance=(0.25, 1e-7) * 256
    )
    HeadManifest.amend(tmp_path, "features", statistics)
    manifest = json.loads(path.read_text())
    assert manifest.pop("features") == json.loads(json.dumps(asdict(statistics)))
    assert manifest == {"name": "cats", "labels": ["cat", "dog"], "training": {"images": 2}}
    assert len(path.read_text().splitlines()) < 20, "512 numbers are on one line"

import math

import numpy as np
import pytest
from vgg16_client import (
    Classification,
    Classifications,
    ClassScore,
    FeatureMap,
    FeatureMaps,
    HeadScores,
    ImageError,
    Item,
    NotFoundError,
    Novelty,
    Timing,
)

TIMING = Timing(1, 2, 3, 4, False)
CAT = HeadScores(
    "pets", "1", (ClassScore("cat", 1, 0.9), ClassScore("dog", 0, 0.1)), novelty=Novelty(1.5, 2.0)
)
MISSING = HeadScores("none", "", (), error=NotFoundError("there is no head none"))


@pytest.fixture
def photos():
    return Classifications.of(
        [
            Item(1, "b.jpg", ImageError("'b.jpg' can't be read")),
            Item(0, "a.jpg", Classification((CAT, MISSING), TIMING)),
        ]
    )


def test_a_row_for_each_image_and_head(photos):
    table = photos.to_pandas()
    assert table["source"].tolist() == ["a.jpg", "a.jpg", "b.jpg"]
    assert table["label"][0] == "cat"
    assert (table["distance"][0], table["threshold"][0]) == (1.5, 2.0)
    assert table["error"][1:].tolist() == ["there is no head none", "'b.jpg' can't be read"]
    assert math.isnan(table["score"][2])


def test_a_row_for_each_class(photos):
    table = photos.scores_to_pandas()
    assert table["label"].tolist() == ["cat", "dog"]
    assert table["index"].tolist() == [1, 0]


def test_the_results_are_in_the_order_of_the_images(photos):
    assert len(photos) == 2
    assert photos[0].label == "cat"
    with pytest.raises(ImageError):
        _ = photos[1]


def test_the_best_class_of_a_head_that_failed():
    with pytest.raises(NotFoundError, match="no head none"):
        _ = MISSING.best


def test_feature_maps():
    values = np.ones((2, 2, 4), np.float32)
    maps = FeatureMaps.of([Item(0, "a.jpg", FeatureMap(values, "id", TIMING))])
    assert maps.to_numpy().shape == (1, 2, 2, 4)
    assert maps.to_pandas()["map"][0] is values

import json

import numpy as np
import pytest
from vgg16_models.backbone.keras_comparison import (
    Comparison,
    KerasComparison,
    compare,
    compare_with_keras,
)
from vgg16_models.reports.precision_report import write_precision_report


def test_compare():
    reference = np.array([[3.0, 4.0], [1.0, 0.0]])
    given = np.array([[4.0, 3.0], [1.0, 0.0]])
    result = compare("int8", reference, given)
    assert result.max_abs == 1
    assert result.mean_abs == 0.5
    assert result.cosine_min == pytest.approx(24 / 25)
    assert result.cosine_mean == pytest.approx((24 / 25 + 1) / 2)


@pytest.mark.parametrize(
    ("comparison", "failure"),
    [
        (Comparison("fp32", 1e-4, 0, 1, 1), None),
        (Comparison("fp32", 1.1e-4, 0, 1, 1), "fp32 differs from Keras by 1.10e-04"),
        (Comparison("fp32", float("nan"), 0, 1, 1), "fp32 differs"),
        (Comparison("int8", 9, 9, 1, 0.999), None),
        (Comparison("int8", 0, 0, 1, 0.9989), "int8's smallest cosine is 0.99890"),
        (Comparison("int8", 0, 0, 1, float("nan")), "int8's smallest cosine"),
        (Comparison("fp16", 9, 9, 0.5, 0.5), None),
    ],
)
def test_limits(comparison, failure):
    failures = KerasComparison("id", "Keras", 1, 1.0, 1.0, (comparison,)).failures()
    assert bool(failures) == bool(failure)
    if failure:
        assert failures[0].startswith(failure)


def test_a_backbone_against_keras(backbone, make_photos, tmp_path):
    result, skipped = compare_with_keras(backbone, make_photos({"red": 2, "green": 2}), count=3)
    assert not skipped
    assert result.photos == 3
    assert [each.precision for each in result.comparisons] == ["fp32", "fp16"]
    assert result.failures() == []

    write_precision_report(result, tmp_path / "reports")
    assert "| fp32 |" in (tmp_path / "reports" / "precision.md").read_text()
    written = json.loads((tmp_path / "reports" / "precision.json").read_text())
    assert written["comparisons"][0]["max_abs"] <= 1e-4

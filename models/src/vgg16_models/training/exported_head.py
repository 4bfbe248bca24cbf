"""The exported head in ONNX Runtime: its test predictions, and parity with Keras."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from ..data.photos import Photo
from ..errors import ModelsError
from ..evaluation.multi_label import MultiLabelPredictions
from ..evaluation.predictions import Predictions
from ..graph.session import create_session
from .fit import FitResult
from .training_data import FeatureMaps, TrainingData

TOLERANCE = 1e-5
"""The largest absolute difference allowed between scores of Keras and of the exported head."""

log = logging.getLogger(__name__)


class ExportedHead:
    """A session of the exported head, what it was exported from, and the data that it was trained
    on."""

    def __init__(self, content: bytes, data: TrainingData, fitted: FitResult):
        self._session = create_session(content)
        self._data = data
        self._fitted = fitted

    def test_predictions(self) -> Predictions | MultiLabelPredictions:
        return self.predict(self._data.split.test, self._data.maps)

    def predict(
        self, photos: Sequence[Photo], maps: FeatureMaps
    ) -> Predictions | MultiLabelPredictions:
        examples = self._data.examples(photos, maps)
        (scores,) = self._session.run(None, {"features": examples.features})
        return self._fitted.predictions(self._data, photos, scores)

    def require_parity(self, predictions: Predictions | MultiLabelPredictions) -> None:
        """Raises ModelsError when the scores differ from those of the Keras model."""
        features = np.stack([self._data.maps[photo] for photo in predictions.photos])
        difference = float(np.abs(predictions.scores - self._fitted.scores(features)).max())
        if not difference <= TOLERANCE:
            raise ModelsError(
                f"the scores of head.onnx differ from Keras's by {difference:.1e}: not written"
            )
        log.info("head.onnx: the test scores equal Keras's within %.1e", difference)

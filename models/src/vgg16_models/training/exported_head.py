"""The exported head in ONNX Runtime: its test predictions, and parity with Keras."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import keras
import numpy as np

from ..data.photos import Photo
from ..errors import ModelsError
from ..evaluation.predictions import Predictions
from ..graph.session import create_session
from .training_data import Examples, FeatureMaps, TrainingData

TOLERANCE = 1e-5
"""The largest absolute difference allowed between scores of Keras and of the exported head."""

log = logging.getLogger(__name__)


class ExportedHead:
    """A session of the exported head, and the data that it was trained on."""

    def __init__(self, content: bytes, data: TrainingData):
        self._session = create_session(content)
        self._data = data

    def test_predictions(self) -> Predictions:
        return self.predict(self._data.split.test, self._data.maps)

    def predict(self, photos: Sequence[Photo], maps: FeatureMaps) -> Predictions:
        labels = self._data.labels
        examples = Examples.of(photos, maps, labels)
        (scores,) = self._session.run(None, {"features": examples.features})
        return Predictions(tuple(photos), labels, examples.targets, scores)

    def require_parity(self, model: keras.Model, predictions: Predictions) -> None:
        """Raises ModelsError when the scores differ from those of the Keras model."""
        features = np.stack([self._data.maps[photo] for photo in predictions.photos])
        expected = model.predict(features, verbose=0)
        difference = float(np.abs(predictions.scores - expected).max())
        if not difference <= TOLERANCE:
            raise ModelsError(
                f"the scores of head.onnx differ from Keras's by {difference:.1e}: not written"
            )
        log.info("head.onnx: the test scores equal Keras's within %.1e", difference)

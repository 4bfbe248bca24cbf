"""Cross-validation: a recipe judged on photos that its heads have not seen, each photo once."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..data.photos import Photo, PhotoSource
from ..data.split import Split, split
from ..errors import ModelsError
from ..evaluation.multi_label import MultiLabelPredictions
from ..evaluation.predictions import Predictions
from ..features.cache import FeatureCache
from ..features.extractors import FeatureExtractor
from .fit_split import fit_split
from .photo_loading import load
from .recipe import Recipe
from .training_data import DEFAULT_MINIMUM, LabelMinimum, TrainingData

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """The heads of one recipe, one a fold, and what they predict of the photos held out."""

    recipe: Recipe
    folds: tuple[Predictions | MultiLabelPredictions, ...]
    uncalibrated: tuple[Predictions | MultiLabelPredictions, ...]
    """Without the temperature."""
    epochs: tuple[int, ...]
    """The best of each fold."""

    @property
    def correct(self) -> np.ndarray:
        """Of each photo, [n]."""
        return np.concatenate([each.correct for each in self.folds])

    @property
    def losses(self) -> np.ndarray:
        """Of each photo, [n]."""
        return np.concatenate([each.losses for each in self.folds])

    @property
    def accuracy_spread(self) -> float:
        """The standard deviation of the accuracy over the folds."""
        return float(np.std([each.accuracy.fraction for each in self.folds], ddof=1))

    def calibration_error(self, *, calibrated: bool = True) -> float:
        """Of the photos of all folds together."""
        folds = self.folds if calibrated else self.uncalibrated
        together = replace(
            folds[0],
            photos=tuple(photo for each in folds for photo in each.photos),
            targets=np.concatenate([each.targets for each in folds]),
            scores=np.concatenate([each.scores for each in folds]),
        )
        return together.calibration_error

    @property
    def uncalibrated_log_loss(self) -> float:
        return float(np.concatenate([each.losses for each in self.uncalibrated]).mean())


def cross_validate(
    photos: Path | PhotoSource,
    recipes: Sequence[Recipe],
    folds: int,
    *,
    extractor: FeatureExtractor,
    cache: Path,
    minimum: LabelMinimum = DEFAULT_MINIMUM,
) -> tuple[CrossValidation, ...]:
    """Of each recipe, in their order. The photos are cut once, for all of them alike.

    Given test photos take no part: what is chosen here can be tested on them. Raises ModelsError
    when there are too few photos, or fewer than 3 folds.
    """
    if folds < 3:
        raise ModelsError(f"there must be 3 folds or more, not {folds}")
    features = FeatureCache(extractor, cache)
    data, _ = load(photos, features, minimum)
    candidates = {
        replace(photo, part="train"): values
        for photo, values in data.maps.items()
        if photo.part != "test"
    }
    data = replace(data, maps=candidates)
    splits = tuple(_splits(tuple(candidates), folds))
    return tuple(_of_recipe(recipe, data, splits, features) for recipe in recipes)


def _splits(photos: Sequence[Photo], folds: int) -> Iterator[Split]:
    """Until all photos have been held out: there are fewer where these have few groups."""
    tested: set[Photo] = set()
    for fold in range(folds):
        parts = split(photos, fold, folds)
        if tested & {*parts.test}:
            return
        tested |= {*parts.test}
        yield parts


def _of_recipe(
    recipe: Recipe, data: TrainingData, splits: Sequence[Split], features: FeatureCache
) -> CrossValidation:
    held_out, uncalibrated, epochs = [], [], []
    for fold, parts in enumerate(splits):
        fitted = fit_split(
            replace(data, split=parts), features, replace(recipe, seed=recipe.seed + fold)
        )
        maps = data.examples(parts.test).features
        held_out.append(fitted.predictions(data, parts.test, fitted.scores(maps)))
        plain = fitted.scores(maps, calibrated=False)
        uncalibrated.append(fitted.predictions(data, parts.test, plain))
        epochs.append(fitted.curves.best_epoch)
        log.info("fold %d of %d: accuracy %s", fold + 1, len(splits), held_out[-1].accuracy)
    return CrossValidation(recipe, tuple(held_out), tuple(uncalibrated), tuple(epochs))

"""Fitting a head to one split of the photos."""

from __future__ import annotations

from ..data.photos import log_skipped
from ..features.cache import FeatureCache
from .fit import FitResult, fit
from .recipe import Recipe
from .training_data import TrainingData


def fit_split(data: TrainingData, features: FeatureCache, recipe: Recipe) -> FitResult:
    """Trains on the data's own split, with flips of its photos where the recipe asks for them."""
    examples = data.examples(data.split.train)
    if recipe.flip:
        flipped, skipped = features.feature_maps(data.split.train, flipped=True)
        log_skipped(skipped)
        examples += data.examples(tuple(flipped), flipped)
    return fit(examples, data.examples(data.split.validation), recipe)

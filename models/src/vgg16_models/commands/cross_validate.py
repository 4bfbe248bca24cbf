"""`cross-validate`: recipes compared on photos that their heads have not seen."""

from __future__ import annotations

import argparse
import copy
import itertools
from typing import TYPE_CHECKING

from ..errors import ModelsError
from . import recipe_options
from .options import (
    add_backbone,
    add_cache,
    add_command,
    add_images,
    add_selection,
    add_target,
    connect,
    extractors,
    photo_source,
    positive,
)

if TYPE_CHECKING:
    from ..training.recipe import Recipe

TRIED = (
    "pool",
    "units",
    "dropout",
    "epochs",
    "patience",
    "learning-rate",
    "schedule",
    "l2",
    "label-smoothing",
)


def register(commands) -> None:
    parser = add_command(
        commands, "cross-validate", _run, "compare recipes by k-fold cross-validation"
    )
    add_backbone(parser)
    add_images(parser)
    add_selection(parser)
    parser.add_argument(
        "--folds", type=positive, default=5, help="heads to train of each recipe (%(default)s)"
    )
    parser.add_argument(
        "--try",
        action="append",
        default=[],
        dest="tried",
        metavar="OPTION=VALUE,...",
        help=f"values to compare of {', '.join(TRIED)}; several --try make all combinations",
    )
    add_cache(parser)
    recipe_options.add_recipe(parser)
    add_target(parser, "extract features by this feature service, not by --backbone")


def _run(options: argparse.Namespace) -> None:
    recipes = _recipes(options)
    service = None if options.target is None else connect(options)
    from ..reports.cross_validation_table import markdown
    from ..training.cross_validation import cross_validate
    from ..training.training_data import LabelMinimum

    results = cross_validate(
        photo_source(options),
        list(recipes.values()),
        options.folds,
        extractor=extractors(options.backbone, service)[0],
        cache=options.cache,
        minimum=LabelMinimum(options.min_photos, options.skip_small),
    )
    print(markdown(dict(zip(recipes, results, strict=True))))


def _recipes(options: argparse.Namespace) -> dict[str, Recipe]:
    """The recipe of each combination of the tried values, by the values."""
    axes = [_axis(text) for text in options.tried]
    parser = argparse.ArgumentParser(prog="vgg16-models cross-validate --try", add_help=False)
    recipe_options.add_recipe(parser)
    recipes = {}
    for values in itertools.product(*axes):
        arguments = [f"--{option}={value}" for option, value in values]
        chosen = parser.parse_args(arguments, copy.copy(options))
        name = ", ".join(f"{option} {value}" for option, value in values)
        recipes[name or "as given"] = recipe_options.recipe(chosen)
    return recipes


def _axis(text: str) -> list[tuple[str, str]]:
    option, _, values = text.partition("=")
    if option not in TRIED or not values:
        raise ModelsError(
            f"--try {text} must be OPTION=VALUE,... with an option of {', '.join(TRIED)}"
        )
    return [(option, value) for value in dict.fromkeys(values.split(","))]

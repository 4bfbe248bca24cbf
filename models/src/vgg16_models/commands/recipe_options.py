"""The options of a recipe."""

from __future__ import annotations

import argparse

from ..heads.architecture import POOLS, HeadArchitecture
from ..training.recipe import SCHEDULES, Recipe

DEFAULT = Recipe()


def add_architecture(parser: argparse.ArgumentParser) -> None:
    default = DEFAULT.architecture
    group = parser.add_argument_group("head")
    group.add_argument(
        "--pool",
        choices=POOLS,
        default=default.pool,
        help="first layer: gap, global average pooling, or flatten (%(default)s)",
    )
    group.add_argument(
        "--units",
        type=int,
        default=default.units,
        help="units of the hidden layer; 0: none, a linear head (%(default)s)",
    )
    group.add_argument(
        "--dropout",
        type=float,
        default=default.dropout,
        metavar="RATE",
        help="dropout rate before the last layer (%(default)s: no dropout)",
    )


def add_recipe(parser: argparse.ArgumentParser) -> None:
    add_architecture(parser)
    group = parser.add_argument_group("training")
    group.add_argument(
        "--epochs", type=int, default=DEFAULT.epochs, help="maximum number (%(default)s)"
    )
    group.add_argument(
        "--patience",
        type=int,
        default=DEFAULT.patience,
        metavar="EPOCHS",
        help="epochs without a better validation loss before training stops (%(default)s)",
    )
    group.add_argument(
        "--learning-rate",
        type=float,
        default=DEFAULT.learning_rate,
        metavar="RATE",
        help="learning rate of Adam (%(default)s)",
    )
    group.add_argument(
        "--schedule",
        choices=SCHEDULES,
        default=DEFAULT.schedule,
        help="of the learning rate: constant, cosine (falls to 0 over --epochs) or plateau (halved"
        " while the validation loss does not fall) (%(default)s)",
    )
    group.add_argument(
        "--l2",
        type=float,
        default=DEFAULT.l2,
        metavar="FACTOR",
        help="penalty on the squared weights (%(default)s)",
    )
    group.add_argument(
        "--label-smoothing",
        type=float,
        default=DEFAULT.label_smoothing,
        metavar="PART",
        help="part of each target that is spread over all labels (%(default)s)",
    )
    group.add_argument(
        "--no-temperature",
        action="store_true",
        help="do not calibrate the scores on the validation photos",
    )
    group.add_argument(
        "--class-weights",
        action="store_true",
        help="weight the loss so that each label counts the same",
    )
    group.add_argument(
        "--flip", action="store_true", help="train on horizontal flips of the photos too"
    )
    group.add_argument("--seed", type=int, default=DEFAULT.seed, help="random seed (%(default)s)")


def architecture(options: argparse.Namespace) -> HeadArchitecture:
    """Raises ModelsError when a value is out of range."""
    return HeadArchitecture(options.pool, options.units, options.dropout)


def recipe(options: argparse.Namespace) -> Recipe:
    """Raises ModelsError when a value is out of range."""
    return Recipe(
        architecture(options),
        seed=options.seed,
        epochs=options.epochs,
        patience=options.patience,
        learning_rate=options.learning_rate,
        class_weights=options.class_weights,
        flip=options.flip,
        l2=options.l2,
        label_smoothing=options.label_smoothing,
        schedule=options.schedule,
        temperature=not options.no_temperature,
    )

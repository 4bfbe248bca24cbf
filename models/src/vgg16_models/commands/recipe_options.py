"""The options of a recipe."""

from __future__ import annotations

import argparse

from ..heads.architecture import POOLS, HeadArchitecture
from ..training.recipe import Recipe

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
        "--units", type=int, default=default.units, help="units of the hidden layer (%(default)s)"
    )
    group.add_argument(
        "--dropout",
        type=float,
        default=default.dropout,
        metavar="RATE",
        help="dropout rate after the hidden layer (%(default)s: no dropout)",
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
    )

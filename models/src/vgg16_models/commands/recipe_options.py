"""A recipe as options of the command line."""

from __future__ import annotations

import argparse

from ..training.recipe import POOLS, HeadArchitecture, Recipe

DEFAULT = Recipe()


def add_architecture(command: argparse.ArgumentParser) -> None:
    default = DEFAULT.architecture
    command.add_argument(
        "--pool",
        choices=POOLS,
        default=default.pool,
        help="what the head does with a map first: gap, global average pooling, or flatten",
    )
    command.add_argument(
        "--units", type=int, default=default.units, help="of the hidden layer (%(default)s)"
    )
    command.add_argument(
        "--dropout",
        type=float,
        default=default.dropout,
        metavar="SHARE",
        help="of the hidden layer's values left out in a training step (%(default)s: no layer)",
    )


def add_recipe(command: argparse.ArgumentParser) -> None:
    add_architecture(command)
    command.add_argument("--epochs", type=int, default=DEFAULT.epochs, help="at most (%(default)s)")
    command.add_argument(
        "--patience",
        type=int,
        default=DEFAULT.patience,
        metavar="EPOCHS",
        help="without a better validation loss before training stops (%(default)s)",
    )
    command.add_argument(
        "--learning-rate",
        type=float,
        default=DEFAULT.learning_rate,
        metavar="RATE",
        help="of Adam (%(default)s)",
    )
    command.add_argument(
        "--class-weights",
        action="store_true",
        help="let each label count the same, however few its photos",
    )
    command.add_argument(
        "--flip", action="store_true", help="train on the photos' mirror images too"
    )
    command.add_argument(
        "--seed", type=int, default=DEFAULT.seed, help="of the training (%(default)s)"
    )


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

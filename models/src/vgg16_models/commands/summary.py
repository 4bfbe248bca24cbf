"""`summary`: backbone and head, as printed by Keras."""

from __future__ import annotations

import argparse

from . import recipe_options
from .options import add_command, positive


def register(commands) -> None:
    parser = add_command(commands, "summary", _run, "print Keras's summary of backbone and head")
    recipe_options.add_architecture(parser)
    parser.add_argument("--classes", type=positive, default=2, help="labels (%(default)s)")


def _run(options: argparse.Namespace) -> None:
    architecture = recipe_options.architecture(options)
    from ..heads.summary import whole_model

    whole_model(options.classes, architecture).summary()

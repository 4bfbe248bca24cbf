"""`summary`: the backbone, and the backbone with a head, as printed by Keras."""

from __future__ import annotations

import argparse

from . import recipe_options
from .options import add_command, positive


def register(commands) -> None:
    parser = add_command(
        commands, "summary", _run, "print Keras's summaries of the backbone, and of it with a head"
    )
    recipe_options.add_architecture(parser)
    parser.add_argument("--classes", type=positive, default=2, help="labels (%(default)s)")


def _run(options: argparse.Namespace) -> None:
    architecture = recipe_options.architecture(options)
    from ..heads.summary import base_model, whole_model

    base = base_model()
    base.summary()
    whole_model(base, options.classes, architecture).summary()

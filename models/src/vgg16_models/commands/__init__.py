"""The sub-commands of the command line. Each registers its options itself, and imports what does
the work when it runs: TensorFlow takes seconds, and not every command needs it."""

from __future__ import annotations

import argparse

from . import backbone, evaluation, heads, training


def register(parser: argparse.ArgumentParser) -> None:
    """Adds every sub-command; the one that is chosen is `run` of the parsed options."""
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (backbone, training, evaluation, heads):
        module.register(commands)

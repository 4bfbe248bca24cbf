"""The commands of `vgg16-models`, one module each.

A command registers its parser, and imports its implementation when it runs: importing TensorFlow
takes seconds, and not every command needs it.
"""

from __future__ import annotations

import argparse

from . import (
    adopt,
    card,
    compare,
    cross_validate,
    evaluate,
    explain,
    export,
    novelty,
    preview,
    pull,
    push,
    quantize,
    report,
    summary,
    train,
    verify,
)

COMMANDS = (
    export,
    quantize,
    report,
    train,
    cross_validate,
    preview,
    novelty,
    evaluate,
    compare,
    adopt,
    explain,
    card,
    summary,
    push,
    pull,
    verify,
)
"""In the order of the help."""


def register(parser: argparse.ArgumentParser) -> None:
    """Adds every command; `run` of the parsed options is the function of the chosen one."""
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.register(commands)

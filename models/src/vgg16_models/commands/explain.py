"""`explain`: the Grad-CAM graph of an existing head."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..printable import printable
from .options import add_command


def register(commands) -> None:
    parser = add_command(
        commands, "explain", _run, "add the Grad-CAM graph, for explanations, to an existing head"
    )
    parser.add_argument("--head", type=Path, required=True, help="folder of the head's version")


def _run(options: argparse.Namespace) -> None:
    from ..heads.explain import add_explanation

    add_explanation(options.head)
    print(f"wrote {printable(options.head)}: explain.onnx")

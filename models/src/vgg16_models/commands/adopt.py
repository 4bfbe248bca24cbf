"""`adopt`: a head from a classifier of another framework."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..printable import printable
from .options import add_backbone, add_command, add_head_name, head_name


def register(commands) -> None:
    parser = add_command(
        commands, "adopt", _run, "convert an ONNX classifier of another framework to a head"
    )
    parser.add_argument(
        "model", type=Path, help="ONNX file from feature maps, averaged or not, to scores or logits"
    )
    add_backbone(parser)
    add_head_name(parser)
    parser.add_argument(
        "--labels", required=True, metavar="A,B", help="labels, in the order of the scores"
    )
    parser.add_argument(
        "--output", metavar="NAME", help="output of the scores, if the model has several outputs"
    )
    parser.add_argument(
        "--softmax", action="store_true", help="apply softmax: the model returns logits"
    )


def _run(options: argparse.Namespace) -> None:
    from ..heads.adopt import adopt

    folder = adopt(
        options.model,
        head_name(options),
        options.labels.split(","),
        backbone=options.backbone,
        out=options.out,
        output=options.output,
        softmax=options.softmax,
    )
    print(f"wrote {printable(folder)}")

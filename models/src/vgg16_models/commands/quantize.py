"""`quantize`: the backbone in int8."""

from __future__ import annotations

import argparse

from .options import add_backbone, add_cache, add_command, add_images, image_folder, positive


def register(commands) -> None:
    parser = add_command(commands, "quantize", _run, "quantize the backbone to int8")
    add_backbone(parser)
    add_images(parser)
    parser.add_argument(
        "--count", type=positive, default=64, help="number of photos to calibrate on (%(default)s)"
    )
    add_cache(parser)


def _run(options: argparse.Namespace) -> None:
    from ..backbone.quantize import quantize

    quantize(options.backbone, image_folder(options), options.count)

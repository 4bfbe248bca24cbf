"""`report`: how much each precision of the backbone differs from Keras."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import ModelsError
from .options import (
    REPORTS,
    add_backbone,
    add_cache,
    add_command,
    add_images,
    image_folder,
    positive,
)


def register(commands) -> None:
    parser = add_command(commands, "report", _run, "compare each precision with Keras")
    add_backbone(parser)
    add_images(parser)
    parser.add_argument(
        "--count", type=positive, default=100, help="number of photos to compare on (%(default)s)"
    )
    parser.add_argument(
        "--out", type=Path, default=REPORTS, help="folder of the report (%(default)s)"
    )
    add_cache(parser)


def _run(options: argparse.Namespace) -> None:
    from ..backbone.keras_comparison import compare_with_keras
    from ..reports.precision_report import markdown, write_precision_report

    result, _ = compare_with_keras(options.backbone, image_folder(options), options.count)
    write_precision_report(result, options.out)
    print(markdown(result))
    if failures := result.failures():
        raise ModelsError("; ".join(failures))

"""`evaluate`: the metrics of a served head on labelled photos."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..files import require_writable
from ..printable import printable
from .options import (
    REPORTS,
    add_cache,
    add_command,
    add_images,
    add_part,
    add_target,
    connect,
    image_folder,
)


def register(commands) -> None:
    parser = add_command(
        commands, "evaluate", _run, "evaluate a served head on labelled photos, with a report"
    )
    add_images(parser)
    parser.add_argument(
        "--head", default="", metavar="NAME[@VERSION]", help="head (the service's default head)"
    )
    add_part(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=f"folder of the report ({REPORTS}/NAME-VERSION-evaluation-PHOTOS, PHOTOS a digest)",
    )
    parser.add_argument(
        "--parquet", action="store_true", help="write the predictions as Parquet too"
    )
    add_cache(parser)
    add_target(parser, "address of the feature service (%(default)s)", "localhost:50051")


def _run(options: argparse.Namespace) -> None:
    require_writable(options.out or REPORTS)
    service = connect(options)
    from ..evaluation.evaluate import evaluate
    from ..evaluation.multi_label import MultiLabelPredictions
    from ..reports.evaluation_report import write_evaluation_report
    from ..reports.evaluation_text import evaluation_text
    from ..reports.multi_label_report import multi_label_text, write_multi_label_report
    from ..reports.prediction_files import require_parquet

    if options.parquet:
        require_parquet()
    evaluation = evaluate(service, image_folder(options), options.head, options.part)
    out = options.out or REPORTS / evaluation.file_name
    if isinstance(evaluation.predictions, MultiLabelPredictions):
        page = write_multi_label_report(evaluation, out)
        print(multi_label_text(evaluation))
    else:
        page = write_evaluation_report(evaluation, out, parquet=options.parquet)
        print(evaluation_text(evaluation))
    print(f"wrote {printable(page)}")

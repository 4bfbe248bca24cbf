"""`compare`: two served heads on the same labelled photos."""

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
        commands, "compare", _run, "compare two served heads on labelled photos, with a report"
    )
    parser.add_argument("first", metavar="A", help="head: NAME or NAME@VERSION")
    parser.add_argument("second", metavar="B", help="the other head")
    add_images(parser)
    add_part(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help=f"folder of the report ({REPORTS}/B-against-A)"
    )
    add_cache(parser)
    add_target(parser, "address of the feature service (%(default)s)", "localhost:50051")


def _run(options: argparse.Namespace) -> None:
    require_writable(options.out or REPORTS)
    service = connect(options)
    from ..evaluation.comparison import compare
    from ..evaluation.evaluate import evaluate
    from ..files import safe_file_name
    from ..reports.comparison_report import comparison_text, write_comparison_report

    images = image_folder(options)
    comparison = compare(
        *(evaluate(service, images, head, options.part) for head in (options.first, options.second))
    )
    names = (f"{each.head}-{each.version}" for each in (comparison.second, comparison.first))
    out = options.out or REPORTS / safe_file_name("-against-".join(names))
    page = write_comparison_report(comparison, out)
    print(comparison_text(comparison))
    print(f"wrote {printable(page)}")

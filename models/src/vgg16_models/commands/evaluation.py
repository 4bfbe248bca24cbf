"""`evaluate`: how right running services are."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..client.address import PORT
from ..files import require_writable
from ..printable import shown
from .options import REPORTS, add_cache, add_images, add_target, command, images, reached


def register(commands) -> None:
    evaluate = command(
        commands,
        "evaluate",
        _evaluate,
        "score labelled photos by running services, and report the accuracy",
    )
    add_images(evaluate)
    add_target(evaluate, "the feature service (%(default)s)", default=f"localhost:{PORT}")
    evaluate.add_argument(
        "--head", default="", metavar="NAME[@VERSION]", help="(the service's default head)"
    )
    evaluate.add_argument(
        "--part",
        choices=("all", "train", "validation", "test"),
        default="all",
        help="of the photos, as `train` splits them; it has trained on its own (%(default)s)",
    )
    evaluate.add_argument(
        "--out", type=Path, metavar="DIR", help=f"the report ({REPORTS}/NAME-VERSION-evaluation)"
    )
    add_cache(evaluate)


def _evaluate(options: argparse.Namespace) -> None:
    require_writable(options.out or REPORTS)
    service = reached(options)
    from ..evaluation.evaluate import evaluate

    evaluation = evaluate(service, images(options), options.head, options.part)
    out = options.out or REPORTS / f"{evaluation.name}-evaluation"
    page = evaluation.write(out)
    print(evaluation.text())
    print(f"wrote {shown(page)}")

"""`preview`: the first training photos with their labels."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..printable import printable
from .options import REPORTS, add_cache, add_command, add_images, image_folder


def register(commands) -> None:
    parser = add_command(commands, "preview", _run, "draw ten training photos with their labels")
    add_images(parser)
    parser.add_argument(
        "--out", type=Path, default=REPORTS / "preview.png", help="output PNG (%(default)s)"
    )
    add_cache(parser)


def _run(options: argparse.Namespace) -> None:
    from ..reports.preview import preview

    preview(image_folder(options), options.out)
    print(f"wrote {printable(options.out)}")

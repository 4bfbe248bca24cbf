"""`novelty`: the feature statistics of an existing head's training photos."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..printable import printable
from .options import add_backbone, add_cache, add_command, add_images, image_folder


def register(commands) -> None:
    parser = add_command(
        commands, "novelty", _run, "add the statistics for novelty scores to an existing head"
    )
    add_backbone(parser)
    add_images(parser)
    parser.add_argument("--head", type=Path, required=True, help="folder of the head's version")
    add_cache(parser)


def _run(options: argparse.Namespace) -> None:
    from ..heads.novelty import add_statistics

    statistics, _ = add_statistics(
        options.head, image_folder(options), backbone=options.backbone, cache=options.cache
    )
    threshold = f"{statistics.novelty_threshold:.3f}"
    print(f"wrote {printable(options.head)}: novelty threshold {threshold}")

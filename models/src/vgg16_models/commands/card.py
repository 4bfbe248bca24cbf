"""`card`: the model card of an existing head."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..printable import printable
from .options import add_command


def register(commands) -> None:
    parser = add_command(commands, "card", _run, "write the model card of an existing head")
    parser.add_argument("--head", type=Path, required=True, help="folder of the head's version")
    parser.add_argument("--out", type=Path, default=Path(), help="folder of the card (%(default)s)")


def _run(options: argparse.Namespace) -> None:
    from ..files import write_atomically
    from ..heads.manifest import HeadManifest
    from ..reports.model_card import model_card

    for name, content in model_card(HeadManifest.read_raw(options.head)).items():
        write_atomically(options.out / name, content.encode())
        print(f"wrote {printable(options.out / name)}")

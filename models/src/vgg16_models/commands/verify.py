"""`verify`: the files and the signature of a version that is in a folder of heads."""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import ModelsError
from ..printable import printable
from .options import add_command, add_heads, add_verify_key, require_distribution


def register(commands) -> None:
    parser = add_command(
        commands, "verify", _run, "check the files and the signature of a version of a head"
    )
    parser.add_argument("head", metavar="NAME@VERSION", help="the version")
    add_heads(parser)
    add_verify_key(parser, required=True)


def _run(options: argparse.Namespace) -> None:
    from ..distribution.packaged_head import PackagedHead, copy_files
    from ..heads.name import HeadName

    head = HeadName.parse(options.head)
    require_distribution("verify")
    from ..distribution.signature import verify

    folder = head.folder(options.heads)
    if not folder.is_dir():
        raise ModelsError(f"{folder} is missing: --heads must be the folder that has {head}")
    try:
        # Without hidden files, which no service reads.
        with TemporaryDirectory(prefix="vgg16-verify-") as copy:
            copy_files(folder, Path(copy))
            packaged = PackagedHead.read(Path(copy))
            verify(Path(copy), options.verify_key)
    except ModelsError as error:
        raise ModelsError(f"{folder} is refused: {error}") from error
    if packaged.head != head:
        raise ModelsError(f"{folder} is not {head}: its manifest says {packaged.head}")
    print(
        printable(
            f"{head}: its {len(packaged.content)} files are as they were signed,"
            f" with the key that belongs to {options.verify_key}"
        )
    )

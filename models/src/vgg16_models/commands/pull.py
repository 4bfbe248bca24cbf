"""`pull`: a version of a head from a container registry."""

from __future__ import annotations

import argparse

from ..printable import printable
from .options import (
    add_command,
    add_heads,
    add_plain_http,
    add_verify_key,
    require_distribution,
)


def register(commands) -> None:
    parser = add_command(
        commands, "pull", _run, "put a version of a head from a registry into a folder of heads"
    )
    parser.add_argument(
        "reference", metavar="oci://REGISTRY/REPOSITORY:TAG|@sha256:DIGEST", help="the version"
    )
    add_heads(parser)
    parser.add_argument(
        "--stage",
        action="store_true",
        help="publish the version, and do not let it serve yet",
    )
    add_verify_key(parser)
    add_plain_http(parser)


def _run(options: argparse.Namespace) -> None:
    from ..distribution.reference import Reference

    reference = Reference.parse(options.reference)
    require_distribution("pull")
    from ..distribution.pull import pull

    pulled = pull(
        reference,
        options.heads,
        verify_key=options.verify_key,
        stage=options.stage,
        plain_http=options.plain_http,
    )
    head = pulled.head
    print(printable(f"pulled {head} from {pulled.pinned}, for the backbone {pulled.backbone}"))
    if options.verify_key:
        print(printable(f"its signature is of the key that belongs to {options.verify_key}"))
    if pulled.signature_replaced:
        print(
            printable(f"{pulled.folder} has the same content already: its signature was replaced")
        )
    elif pulled.already_there:
        print(printable(f"{pulled.folder} has the same content already: nothing was written"))
    else:
        print(printable(f"wrote {pulled.folder}"))
    if pulled.default == head.version:
        print(f"{head} serves as {head.name}")
    else:
        print(
            f"{head} does not serve, {head.name}@{pulled.default} does:"
            f" `bin/vgg16 heads promote {head}` changes that"
        )

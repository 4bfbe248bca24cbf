"""`push`: a version of a head to a container registry."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..printable import printable
from .options import add_command, add_heads, add_plain_http, require_distribution


def register(commands) -> None:
    parser = add_command(commands, "push", _run, "send a version of a head to a registry")
    parser.add_argument("head", metavar="NAME@VERSION", help="the version")
    add_heads(parser)
    parser.add_argument(
        "--to",
        required=True,
        metavar="oci://REGISTRY/REPOSITORY[:TAG]",
        help="where to; without a tag it is NAME-VERSION, whose content never changes",
    )
    parser.add_argument(
        "--sign-key",
        type=Path,
        metavar="KEY.pem",
        help="sign the files with this private key of an elliptic curve",
    )
    add_plain_http(parser)


def _run(options: argparse.Namespace) -> None:
    from ..distribution.reference import Reference
    from ..heads.name import HeadName

    head, reference = HeadName.parse(options.head), Reference.parse(options.to)
    require_distribution("push")
    from ..distribution.push import push

    pushed = push(
        head, options.heads, reference, sign_key=options.sign_key, plain_http=options.plain_http
    )
    if pushed.already_there:
        print(f"{pushed.tagged} has the same content already: nothing was sent")
    else:
        signed = f", signed with {options.sign_key}" if options.sign_key else ""
        print(printable(f"pushed {head} to {pushed.tagged}{signed}"))
    print(f"by digest: {pushed.pinned}")

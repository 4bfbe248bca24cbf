"""Options that several commands have, and what they stand for."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..heads.name import HeadName

if TYPE_CHECKING:
    from ..client.feature_service import FeatureService

BACKBONES = Path("models/backbones")
BACKBONE = BACKBONES / "vgg16-160"
CACHE = Path("models/.cache")
HEADS = Path("models/heads")
REPORTS = Path("models/reports")

Run = Callable[[argparse.Namespace], None]


def command(commands, name: str, run: Run, summary: str) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=summary, description=summary)
    made.set_defaults(run=run)
    return made


def add_head_name(to: argparse.ArgumentParser) -> None:
    to.add_argument("--name", required=True, help="what the head is called: lower-case words")
    to.add_argument(
        "--version", type=positive, help="of the head (default: the one after the last)"
    )
    to.add_argument("--out", type=Path, default=HEADS, help="folder of heads (%(default)s)")


def head_name(options: argparse.Namespace) -> HeadName:
    """The version that is named, or the next free one."""
    if options.version:
        return HeadName(options.name, options.version)
    return HeadName.next(options.name, options.out)


def add_cache(to: argparse.ArgumentParser) -> None:
    to.add_argument(
        "--cache", type=Path, default=CACHE, help="folder for downloads and features (%(default)s)"
    )


def add_backbone(to: argparse.ArgumentParser) -> None:
    to.add_argument(
        "--backbone", type=Path, default=BACKBONE, help="folder of the backbone (%(default)s)"
    )


def add_images(to: argparse.ArgumentParser) -> None:
    photos = to.add_mutually_exclusive_group(required=True)
    photos.add_argument("--images", type=Path, help="folder of photos, one sub-folder a class")
    photos.add_argument(
        "--dataset",
        nargs="?",
        const="cats_vs_dogs",
        metavar="NAME",
        help="a data set of tensorflow_datasets in their place (cats_vs_dogs)",
    )
    to.add_argument(
        "--data-dir", type=Path, help="where tensorflow_datasets keeps its data sets (its default)"
    )


def images(options: argparse.Namespace) -> Path:
    """The folder of photos; a data set is unpacked into one first."""
    if options.images:
        return options.images
    from ..data.datasets import unpacked

    return unpacked(options.dataset, options.data_dir, options.cache)


def add_target(to: argparse.ArgumentParser, summary: str, default: str | None = None) -> None:
    to.add_argument("--target", metavar="HOST:PORT", default=default, help=summary)
    for option, what in (
        ("--tls-ca", "roots, PEM, that its certificate must come from; with them it speaks TLS"),
        ("--tls-cert", "the certificate to show it, PEM"),
        ("--tls-key", "the certificate's private key, PEM"),
        ("--token-file", "a file with the token to send it"),
    ):
        to.add_argument(option, type=Path, metavar="FILE", help=what)
    for option, what in (
        ("--tls", "TLS; without --tls-ca by gRPC's own roots"),
        ("--plaintext", "lets the token go to another machine without TLS"),
    ):
        to.add_argument(option, action="store_true", help=what)


def reached(options: argparse.Namespace) -> FeatureService:
    """The service at `--target`, once it has answered: before anything that takes long."""
    from ..client.feature_service import FeatureService
    from ..client.security import Security

    security = Security(
        options.tls_ca,
        options.tls_cert,
        options.tls_key,
        options.token_file,
        options.tls,
        options.plaintext,
    )
    service = FeatureService(options.target, security)
    service.backbone()
    return service


def positive(text: str) -> int:
    """A type of an option."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number

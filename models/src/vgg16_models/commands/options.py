"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ModelsError
from ..heads.name import HeadName

if TYPE_CHECKING:
    from ..data.photos import PhotoSource
    from ..feature_service import FeatureService
    from ..features.extractors import FeatureExtractor

BACKBONES = Path("models/backbones")
BACKBONE = BACKBONES / "vgg16-160"
CACHE = Path("models/.cache")
HEADS = Path("models/heads")
REPORTS = Path("models/reports")

Run = Callable[[argparse.Namespace], None]


def add_command(commands, name: str, run: Run, summary: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.set_defaults(run=run)
    return parser


def add_head_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--name", required=True, help="name of the head: lower-case words joined by '-'"
    )
    parser.add_argument("--version", type=positive, help="version of the head (the next free one)")
    parser.add_argument("--out", type=Path, default=HEADS, help="folder of heads (%(default)s)")


def head_name(options: argparse.Namespace) -> HeadName:
    """With the given version, or the next free one."""
    if options.version:
        return HeadName(options.name, options.version)
    return HeadName.next(options.name, options.out)


def add_heads(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--heads", type=Path, default=HEADS, metavar="DIR", help="folder of heads (%(default)s)"
    )


def add_plain_http(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--plain-http", action="store_true", help="the registry has no TLS, as on this machine"
    )


def add_verify_key(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument(
        "--verify-key",
        type=Path,
        required=required,
        metavar="PUB.pem",
        help="refuse what was not signed with the private key that belongs to this public key",
    )


def require_distribution(command: str) -> None:
    """Raises ModelsError where the libraries of registries and signatures are not installed."""
    if not all(find_spec(each) for each in ("oras", "model_signing")):
        raise ModelsError(
            f"{command} needs oras and model-signing: pip install 'models[distribution]'"
        )


def require_tracking(library: str, option: str) -> None:
    """Raises ModelsError where the library of an option of the extra `tracking` is missing."""
    if not find_spec(library):
        raise ModelsError(f"{option} needs {library}: pip install 'models[tracking]'")


def add_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache", type=Path, default=CACHE, help="folder for downloads and features (%(default)s)"
    )


def add_backbone(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--backbone", type=Path, default=BACKBONE, help="folder of the backbone (%(default)s)"
    )


def add_images(parser: argparse.ArgumentParser) -> None:
    photos = parser.add_mutually_exclusive_group(required=True)
    photos.add_argument(
        "--images",
        type=Path,
        help="folder of photos, one sub-folder per class, or a manifest, .csv or .jsonl",
    )
    photos.add_argument(
        "--dataset",
        nargs="?",
        const="cats_vs_dogs",
        metavar="NAME",
        help="data set of tensorflow_datasets, instead of --images (cats_vs_dogs)",
    )
    parser.add_argument(
        "--data-dir", type=Path, help="data folder of tensorflow_datasets (its default)"
    )
    parser.add_argument(
        "--split",
        choices=("content", "tfds"),
        default="content",
        help="by the photos' content, or, of --dataset, train[:80%%], train[80%%:90%%] and "
        "train[90%%:] (%(default)s)",
    )


def add_part(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--part",
        choices=("all", "train", "validation", "test"),
        default="all",
        help="part of the photos, split as by `train` (%(default)s)",
    )


def image_folder(options: argparse.Namespace) -> Path:
    """The folder or manifest of photos; a data set is unpacked first."""
    if options.images:
        if options.split == "tfds":
            raise ModelsError("--split tfds is a split of --dataset, not of --images")
        return options.images
    from ..data.datasets import tutorial_manifest, unpack_dataset

    photos = tutorial_manifest if options.split == "tfds" else unpack_dataset
    return photos(options.dataset, options.data_dir, options.cache)


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Which photos a head is trained, validated and tested on."""
    group = parser.add_argument_group("photos")
    for part in ("validation", "test"):
        group.add_argument(
            f"--{part}",
            type=Path,
            metavar="IMAGES",
            help=f"folder or manifest of the {part} photos (a tenth of --images)",
        )
    group.add_argument(
        "--min-photos",
        type=positive,
        default=10,
        metavar="COUNT",
        help="readable photos that each label must have (%(default)s)",
    )
    group.add_argument(
        "--skip-small", action="store_true", help="leave out labels with fewer than --min-photos"
    )


def photo_source(options: argparse.Namespace) -> PhotoSource:
    from ..data.photos import PhotoSource

    return PhotoSource(image_folder(options), options.validation, options.test)


def add_target(parser: argparse.ArgumentParser, summary: str, default: str | None = None) -> None:
    group = parser.add_argument_group("feature service")
    group.add_argument("--target", metavar="HOST:PORT", default=default, help=summary)
    for option, description in (
        ("--tls-ca", "root certificates to trust, PEM; enables TLS"),
        ("--tls-cert", "client certificate, PEM; enables TLS"),
        ("--tls-key", "private key of the client certificate, PEM"),
        ("--token-file", "file of the bearer token"),
    ):
        group.add_argument(option, type=Path, metavar="FILE", help=description)
    for option, description in (
        ("--tls", "use TLS; without --tls-ca, gRPC's default roots are trusted"),
        ("--plaintext", "allow sending the token to another machine without TLS"),
    ):
        group.add_argument(option, action="store_true", help=description)


def connect(options: argparse.Namespace) -> FeatureService:
    """A client of the service at `--target`, which has responded once."""
    from vgg16_client import Security

    from ..feature_service import FeatureService, reported

    with reported():
        security = Security(
            tls=options.tls,
            tls_ca=options.tls_ca,
            tls_cert=options.tls_cert,
            tls_key=options.tls_key,
            token_file=options.token_file,
            plaintext=options.plaintext,
        )
    service = FeatureService(options.target, security)
    service.backbone()
    return service


def extractors(backbone: Path, service: FeatureService | None) -> list[FeatureExtractor]:
    """The service if given, else the backbone's fp32 and, if there is one, int8 file."""
    from ..features.extractors import LocalExtractor, ServiceExtractor

    if service:
        return [ServiceExtractor(service)]
    from ..backbone.inference import Backbone
    from ..backbone.manifest import BackboneManifest

    files = BackboneManifest.read(backbone).files
    precisions = [precision for precision in ("fp32", "int8") if precision in files]
    return [LocalExtractor(Backbone.load(backbone, precision)) for precision in precisions]


def positive(text: str) -> int:
    """An argument type."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number

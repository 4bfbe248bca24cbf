"""`train`: a new version of a head from photos."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ModelsError
from ..printable import printable
from . import recipe_options
from .options import (
    REPORTS,
    add_backbone,
    add_cache,
    add_command,
    add_head_name,
    add_images,
    add_selection,
    add_target,
    connect,
    extractors,
    head_name,
    photo_source,
    require_tracking,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..heads.name import HeadName
    from ..training.publish import Published
    from ..training.train import TrainingResult


def register(commands) -> None:
    parser = add_command(commands, "train", _run, "train a head and export it")
    add_backbone(parser)
    add_images(parser)
    add_selection(parser)
    add_head_name(parser)
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help=f"folder of the report ({REPORTS}/NAME-VERSION)"
    )
    _add_release(parser)
    _add_card(parser)
    _add_tracking(parser)
    add_cache(parser)
    recipe_options.add_recipe(parser)
    add_target(parser, "extract features by this feature service, not by --backbone")


def _add_card(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("model card")
    group.add_argument("--intended-use", metavar="TEXT", help="what the head is for")
    group.add_argument("--licence", metavar="TEXT", help="licence of the head")


def _add_tracking(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "tracking", "Curves, test metrics and recipe beside those of other trainings."
    )
    group.add_argument(
        "--tensorboard", type=Path, metavar="DIR", help="write TensorBoard's event files below DIR"
    )
    group.add_argument(
        "--mlflow", metavar="URI", help="add a run to this MLflow server, with the head's files"
    )
    group.add_argument(
        "--mlflow-experiment", metavar="NAME", help="experiment of the run (the head's name)"
    )


def _add_release(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "release",
        "The new version serves unless its test accuracy is below that of the version that serves "
        "now, or no better than a constant answer; then it is published, and does not serve.",
    ).add_mutually_exclusive_group()
    group.add_argument(
        "--stage", action="store_true", help="publish the version, and do not let it serve yet"
    )
    group.add_argument(
        "--min-accuracy",
        type=float,
        metavar="FRACTION",
        help="let it serve from this test accuracy on, whatever serves now",
    )
    group.add_argument("--no-gate", action="store_true", help="let it serve in any case")


def _run(options: argparse.Namespace) -> None:
    recipe = recipe_options.recipe(options)
    head = head_name(options)
    report = options.report or REPORTS / f"{head.name}-{head.version}"
    service = None if options.target is None else connect(options)
    from ..reports.training_report import PAGE, report_files
    from ..training.gate import Gate
    from ..training.head_manifest import Statement
    from ..training.publish import publish, require_publishable
    from ..training.train import train
    from ..training.training_data import LabelMinimum

    gate = None if options.no_gate else Gate(options.min_accuracy)
    require_publishable(head, options.out, report, stage=options.stage)
    trackers = _tracking(options, head)
    extractor, *others = extractors(options.backbone, service)
    result = train(
        head,
        photo_source(options),
        extractor=extractor,
        others=others,
        cache=options.cache,
        recipe=recipe,
        statement=Statement(options.intended_use, options.licence),
        minimum=LabelMinimum(options.min_photos, options.skip_small),
    )
    published = publish(
        result, report_files(result), options.out, report, gate, stage=options.stage
    )
    for precision, test in result.test.items():
        print(
            f"test accuracy, {precision} features: {test.accuracy}; log loss {test.log_loss:.4f};"
            f" calibration error {test.calibration_error:.4f}"
        )
    print(f"wrote {printable(published.folder)}: {result.manifest.parameters:,} parameters")
    print(f"wrote {printable(report / PAGE)}")
    errors = []
    for track in trackers:
        try:
            print(printable(track(result)))
        except ModelsError as error:
            errors.append(f"{head} is written and not recorded: {error}")
    if objection := _report_release(published):
        errors.append(objection)
    if errors:
        raise ModelsError("; ".join(errors))


def _tracking(options: argparse.Namespace, head: HeadName) -> list[Callable[[TrainingResult], str]]:
    """What records a training as the options say, and returns what was done.

    Raises ModelsError, before any work, where that is not possible.
    """
    if options.mlflow_experiment is not None and options.mlflow is None:
        raise ModelsError("--mlflow-experiment needs --mlflow")
    if options.mlflow is not None and not options.mlflow.startswith(
        ("http://", "https://", "file:")
    ):
        raise ModelsError(
            f"--mlflow takes the URI of a server, http://HOST:PORT, not {options.mlflow!r}"
        )
    trackers: list[Callable[[TrainingResult], str]] = []
    if options.tensorboard is not None:
        require_tracking("tensorboard", "--tensorboard")
        from ..tracking.tensorboard_events import EventFiles

        trackers.append(EventFiles(options.tensorboard, head).write)
    if options.mlflow is not None:
        require_tracking("mlflow", "--mlflow")
        from ..tracking.mlflow_run import MlflowExperiment

        trackers.append(
            MlflowExperiment(options.mlflow, options.mlflow_experiment or head.name).log
        )
    return trackers


def _report_release(published: Published) -> str | None:
    """Returns why the gate kept the version from serving, if it did."""
    head = published.head
    if published.serves:
        print(f"{head} serves as {head.name}")
        return None
    text = f"{head} does not serve, {head.name}@{published.default} does"
    hint = f"`bin/vgg16 heads promote {head}` changes that"
    if published.objection:
        return f"{text}: {published.objection}; {hint}"
    print(f"{text}: {hint}")
    return None

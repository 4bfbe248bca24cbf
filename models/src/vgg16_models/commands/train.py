"""`train`: a new version of a head from photos."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..printable import printable
from . import recipe_options
from .options import (
    REPORTS,
    add_backbone,
    add_cache,
    add_command,
    add_head_name,
    add_images,
    add_target,
    connect,
    head_name,
    image_folder,
)

if TYPE_CHECKING:
    from ..feature_service import FeatureService
    from ..features.extractors import FeatureExtractor


def register(commands) -> None:
    parser = add_command(commands, "train", _run, "train a head and export it")
    add_backbone(parser)
    add_images(parser)
    add_head_name(parser)
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help=f"folder of the report ({REPORTS}/NAME-VERSION)"
    )
    add_cache(parser)
    recipe_options.add_recipe(parser)
    add_target(parser, "extract features by this feature service, not by --backbone")


def _run(options: argparse.Namespace) -> None:
    recipe = recipe_options.recipe(options)
    head = head_name(options)
    report = options.report or REPORTS / f"{head.name}-{head.version}"
    service = None if options.target is None else connect(options)
    from ..reports.training_report import PAGE, report_files
    from ..training.publish import publish, require_publishable
    from ..training.train import train

    require_publishable(head, options.out, report)
    extractor, *others = _extractors(options.backbone, service)
    result = train(
        head,
        image_folder(options),
        extractor=extractor,
        others=others,
        cache=options.cache,
        recipe=recipe,
    )
    folder = publish(result, report_files(result), options.out, report)
    for precision, test in result.test.items():
        print(f"test accuracy, {precision} features: {test.accuracy}; log loss {test.log_loss:.4f}")
    print(f"wrote {printable(folder)}: {result.manifest.parameters:,} parameters")
    print(f"wrote {printable(report / PAGE)}")


def _extractors(backbone: Path, service: FeatureService | None) -> list[FeatureExtractor]:
    """The service if given, else the backbone's fp32 and, if there is one, int8 file."""
    from ..features.extractors import LocalExtractor, ServiceExtractor

    if service:
        return [ServiceExtractor(service)]
    from ..backbone.inference import Backbone
    from ..backbone.manifest import BackboneManifest

    files = BackboneManifest.read(backbone).files
    precisions = [precision for precision in ("fp32", "int8") if precision in files]
    return [LocalExtractor(Backbone.load(backbone, precision)) for precision in precisions]

"""`preview`, `train`, `novelty`: what a head learns from photos."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..printable import shown
from . import recipe_options
from .options import (
    REPORTS,
    add_backbone,
    add_cache,
    add_head_name,
    add_images,
    add_target,
    command,
    head_name,
    images,
    reached,
)

if TYPE_CHECKING:
    from ..client.feature_service import FeatureService
    from ..features.cache import MapSource


def register(commands) -> None:
    _register_train(commands)
    _register_preview(commands)
    _register_novelty(commands)


def _register_train(commands) -> None:
    train = command(commands, "train", _train, "train a head and export it")
    add_backbone(train)
    add_images(train)
    add_target(train, "take features from this feature service, in place of --backbone")
    add_head_name(train)
    recipe_options.add_recipe(train)
    train.add_argument(
        "--report", type=Path, metavar="DIR", help=f"its pictures ({REPORTS}/NAME-VERSION)"
    )
    add_cache(train)


def _train(options: argparse.Namespace) -> None:
    recipe = recipe_options.recipe(options)
    head = head_name(options)
    report = options.report or REPORTS / f"{head.name}-{head.version}"
    service = None if options.target is None else reached(options)
    from ..training.publish import publish, require_free
    from ..training.train import train

    require_free(head, options.out, report)
    source, *others = _map_sources(options.backbone, service)
    trained = train(
        head, images(options), source=source, others=others, cache=options.cache, recipe=recipe
    )
    folder, page = publish(trained, options.out, report)
    for precision, test in trained.test.items():
        print(f"test accuracy, {precision} features: {test.accuracy}; log loss {test.log_loss:.4f}")
    print(f"wrote {shown(folder)}: {trained.manifest.parameters:,} parameters")
    print(f"wrote {shown(page)}")


def _map_sources(backbone: Path, service: FeatureService | None) -> list[MapSource]:
    """The running service, or the backbone's files: fp32, and int8 where there is one."""
    from ..features.cache import LocalMaps, ServiceMaps

    if service:
        return [ServiceMaps(service)]
    from ..backbone.inference import Backbone
    from ..manifests import BackboneManifest

    there = BackboneManifest.read(backbone).files
    precisions = [precision for precision in ("fp32", "int8") if precision in there]
    return [LocalMaps(Backbone.load(backbone, precision)) for precision in precisions]


def _register_preview(commands) -> None:
    preview = command(commands, "preview", _preview, "draw the first photos with their labels")
    add_images(preview)
    preview.add_argument(
        "--out", type=Path, default=REPORTS / "preview.png", help="PNG (%(default)s)"
    )
    add_cache(preview)


def _preview(options: argparse.Namespace) -> None:
    from ..reports.preview import preview

    preview(images(options), options.out)
    print(f"wrote {shown(options.out)}")


def _register_novelty(commands) -> None:
    novelty = command(commands, "novelty", _novelty, "add the statistics for novelty to a head")
    add_backbone(novelty)
    add_images(novelty)
    novelty.add_argument("--head", type=Path, required=True, help="folder of one version")
    add_cache(novelty)


def _novelty(options: argparse.Namespace) -> None:
    from ..heads.novelty import add_statistics

    statistics, _ = add_statistics(
        options.head, images(options), backbone=options.backbone, cache=options.cache
    )
    threshold = f"{statistics.novelty_threshold:.3f}"
    print(f"wrote {shown(options.head)}: photos are novel above {threshold}")

"""`adopt`, `explain`, `summary`: heads without photos."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..printable import shown
from . import recipe_options
from .options import add_backbone, add_head_name, command, head_name, positive


def register(commands) -> None:
    _register_adopt(commands)
    _register_explain(commands)
    _register_summary(commands)


def _register_adopt(commands) -> None:
    adopt = command(commands, "adopt", _adopt, "make a head of another framework's ONNX file")
    adopt.add_argument("model", type=Path, help="from maps, averaged or not, to scores or logits")
    add_backbone(adopt)
    add_head_name(adopt)
    adopt.add_argument(
        "--labels", required=True, metavar="A,B", help="the classes, in the order of the scores"
    )
    adopt.add_argument("--output", metavar="NAME", help="the scores, where there are more outputs")
    adopt.add_argument("--softmax", action="store_true", help="the scores are logits")


def _adopt(options: argparse.Namespace) -> None:
    from ..heads.adopt import adopt

    folder = adopt(
        options.model,
        head_name(options),
        options.labels.split(","),
        backbone=options.backbone,
        out=options.out,
        output=options.output,
        softmax=options.softmax,
    )
    print(f"wrote {shown(folder)}")


def _register_explain(commands) -> None:
    explain = command(commands, "explain", _explain, "add the graph for explanations to a head")
    explain.add_argument("--head", type=Path, required=True, help="folder of one version")


def _explain(options: argparse.Namespace) -> None:
    from ..heads.explain import add_explanation

    add_explanation(options.head)
    print(f"wrote {shown(options.head)}: it can be explained")


def _register_summary(commands) -> None:
    summary = command(commands, "summary", _summary, "print backbone and head as Keras does")
    recipe_options.add_architecture(summary)
    summary.add_argument("--classes", type=positive, default=2, help="labels (%(default)s)")


def _summary(options: argparse.Namespace) -> None:
    architecture = recipe_options.architecture(options)
    from ..heads.summary import whole_model

    whole_model(options.classes, architecture).summary()

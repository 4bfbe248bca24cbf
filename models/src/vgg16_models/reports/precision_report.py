"""`precision.md` and `precision.json`: how much each precision differs from Keras."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from ..backbone.keras_comparison import KerasComparison
from ..files import write_atomically


def markdown(result: KerasComparison) -> str:
    rows = [
        f"| {c.precision} | {c.max_abs:.2e} | {c.mean_abs:.2e} "
        f"| {c.cosine_mean:.6f} | {c.cosine_min:.6f} |"
        for c in result.comparisons
    ]
    return "\n".join(
        [
            f"# {result.backbone}: features against Keras",
            "",
            f"{result.photos} photos through {result.reference}. Keras's features are between 0 "
            f"and {result.features_max:.2f}, {result.features_mean:.3f} on average.",
            "",
            "| precision | largest difference | mean difference | mean cosine | least cosine |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def write_precision_report(result: KerasComparison, folder: Path) -> None:
    write_atomically(folder / "precision.md", markdown(result).encode())
    write_atomically(
        folder / "precision.json", (json.dumps(asdict(result), indent=2) + "\n").encode()
    )

"""Where a head comes from: its photos, the libraries and the revision that made it."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any

from ..data.split import Split

LIBRARIES = (
    "keras",
    "numpy",
    "onnx",
    "onnxruntime",
    "tensorflow",
    "tensorflow-cpu",
    "vgg16-models",
)


def split_list(split: Split) -> bytes:
    """CSV with the part, label and SHA-256 of each photo, in the order of the split."""
    rows = (
        f'{part},{photo.sha256},"{photo.label.replace(chr(34), 2 * chr(34))}"'
        for part, photos in vars(split).items()
        for photo in photos
    )
    return "\n".join(["part,sha256,label", *rows, ""]).encode()


def data_entry(split: Split) -> dict[str, Any]:
    """The digest of `split_list`, which depends on the content of the photos, their labels and
    parts alone, and the number of photos of each label by part."""
    counts = Counter(
        (label, part)
        for part, photos in vars(split).items()
        for photo in photos
        for label in photo.labels
    )
    labels = sorted({label for label, _ in counts})
    return {
        "sha256": hashlib.sha256(split_list(split)).hexdigest(),
        "labels": {label: {part: counts[label, part] for part in vars(split)} for label in labels},
    }


def libraries() -> dict[str, str]:
    """The installed versions, of Python too."""
    versions = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def revision() -> str | None:
    """The commit of the checkout that this package runs from, with "-dirty" where files were
    changed; None elsewhere."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return described.stdout.strip() or None

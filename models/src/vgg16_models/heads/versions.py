"""Which version of a head its name alone means: the one that `versions.json` pins, else the
highest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import ModelsError
from ..manifest_entries import write_json
from .manifest import HeadManifest

FILE = "versions.json"


def pinned_version(heads: Path, name: str) -> int | None:
    """Raises ModelsError when versions.json can't be read."""
    version = _read(heads / name / FILE).get("default")
    if version is not None and type(version) is not int:
        raise ModelsError(f"{heads / name / FILE}: `default` must be a version, not {version}")
    return version


def default_version(heads: Path, name: str) -> int | None:
    """None where the folder has no version. Raises ModelsError when versions.json can't be read."""
    versions = [
        int(each.name)
        for each in (heads / name).glob("*")
        if each.name.isdecimal() and (each / HeadManifest.FILE).is_file()
    ]
    return pinned_version(heads, name) or max(versions, default=None)


def pin(heads: Path, name: str, version: int) -> None:
    """Makes `name` mean `version`, whatever is published later; the rest of the file stays."""
    path = heads / name / FILE
    write_json(path, {**_read(path), "default": version})


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelsError(f"{path} can't be read: {error}") from error
    if not isinstance(raw, dict):
        raise ModelsError(f"{path} must be a JSON object")
    return raw

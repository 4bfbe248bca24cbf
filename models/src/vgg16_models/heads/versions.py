"""Which version of a head its name alone means: the one that `versions.json` pins, else the
highest. Changes are recorded in `releases.jsonl`, as those of `bin/vgg16 heads` are."""

from __future__ import annotations

import getpass
import json
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import ModelsError
from ..manifest_entries import write_json
from .manifest import HeadManifest

FILE = "versions.json"
LOG = "releases.jsonl"


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


def pin(heads: Path, name: str, version: int, command: str) -> None:
    """Makes `name` go on meaning `version`, whatever is published later; the rest of the file
    stays. `command` is recorded as the cause."""
    path = heads / name / FILE
    before = _read(path)
    after = {**before, "default": version}
    write_json(path, after)
    change = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "who": f"{getpass.getuser()}@{socket.gethostname()}",
        "command": command,
        "default_before": version,
        "default_after": version,
        "before": before,
        "after": after,
    }
    with (heads / name / LOG).open("a", encoding="utf-8") as log:
        log.write(json.dumps(change) + "\n")


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

"""Which version of a head its name alone means: the one that `versions.json` pins, else the
highest. Changes are recorded in `releases.jsonl`, as those of `bin/vgg16 heads` are."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import ModelsError
from ..manifest_entries import write_json
from .manifest import HeadManifest

FILE = "versions.json"
LOG = "releases.jsonl"
LOCK = ".releases.lock"


def pinned_version(heads: Path, name: str) -> int | None:
    """Raises ModelsError when versions.json can't be read."""
    version = _read(heads / name / FILE).get("default")
    if version is not None and type(version) is not int:
        raise ModelsError(f"{heads / name / FILE}: `default` must be a version, not {version}")
    return version


def default_version(heads: Path, name: str) -> int | None:
    """None where the folder has no version. Raises ModelsError when versions.json can't be read."""
    versions = _versions(heads / name)
    return pinned_version(heads, name) or max(versions, default=None)


def require_changeable(heads: Path, name: str) -> None:
    """Raises ModelsError when a file that a change of the release writes is not writable."""
    for file in (FILE, LOG, LOCK):
        path = heads / name / file
        if path.exists() and not os.access(path, os.W_OK):
            raise ModelsError(f"{path} is not writable")


@contextmanager
def keep_serving(heads: Path, name: str, version: int, command: str) -> Iterator[None]:
    """Makes `name` go on meaning `version`, whatever the block publishes.

    What is pinned already stays pinned, and the rest of versions.json stays. When the block raises,
    the pin is taken back, unless it keeps another new version from serving. `command` is recorded
    as the cause.
    """
    folder = heads / name
    there = _versions(folder)
    pinned = _pin(folder, version, command)
    try:
        yield
    except BaseException:
        # Not of more interest than what has failed.
        with suppress(ModelsError, OSError):
            if pinned and _versions(folder) <= there:
                _unpin(folder, version, f"{command}, failed")
        raise


def _pin(folder: Path, version: int, command: str) -> bool:
    """Returns False when another pin is there, and stays."""
    with _locked(folder):
        before = _read(folder / FILE)
        if before.get("default") is not None:
            return False
        _change(folder, before, {**before, "default": version}, version, command)
        return True


def _unpin(folder: Path, version: int, command: str) -> None:
    with _locked(folder):
        before = _read(folder / FILE)
        if before.get("default") == version:
            after = {name: value for name, value in before.items() if name != "default"}
            _change(folder, before, after, version, command)


def _change(
    folder: Path, before: dict[str, Any], after: dict[str, Any], version: int, command: str
) -> None:
    """Of the file and its log, or of neither."""
    change = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "who": f"{_user()}@{socket.gethostname()}",
        "command": command,
        "default_before": version,
        "default_after": version,
        "before": before,
        "after": after,
    }
    _write(folder / FILE, after)
    try:
        with (folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(change) + "\n")
    except OSError:
        _write(folder / FILE, before)
        raise


def _write(path: Path, content: dict[str, Any]) -> None:
    if content:
        write_json(path, content)
    else:
        path.unlink(missing_ok=True)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # one of a container has no name
        return str(os.getuid())


def _versions(folder: Path) -> set[int]:
    return {
        int(each.name)
        for each in folder.glob("*")
        if each.name.isdecimal() and (each / HeadManifest.FILE).is_file()
    }


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The lock that `bin/vgg16 heads` takes for a change; released when the file is closed."""
    with (folder / LOCK).open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        yield


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

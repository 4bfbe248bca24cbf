"""Which version of a head its name alone means: the one that `versions.json` pins, else the
highest. Changes are recorded in `releases.jsonl`, as those of `bin/vgg16 heads` are."""

from __future__ import annotations

import fcntl
import getpass
import json
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
    versions = [
        int(each.name)
        for each in (heads / name).glob("*")
        if each.name.isdecimal() and (each / HeadManifest.FILE).is_file()
    ]
    return pinned_version(heads, name) or max(versions, default=None)


@contextmanager
def keep_serving(heads: Path, name: str, version: int, command: str) -> Iterator[None]:
    """Makes `name` go on meaning `version`, whatever the block publishes.

    The rest of versions.json stays, and when the block raises, all of it. `command` is recorded as
    the cause.
    """
    folder = heads / name
    before = _read(folder / FILE)
    after = {**before, "default": version}
    if after == before:
        yield
        return
    _change(folder, before, after, version, command)
    try:
        yield
    except BaseException:
        with suppress(ModelsError):  # it was changed meanwhile, and stays so
            _change(folder, after, before, version, f"{command}, failed")
        raise


def _change(
    folder: Path, before: dict[str, Any], after: dict[str, Any], version: int, command: str
) -> None:
    """Raises ModelsError when versions.json has other content than `before`."""
    path = folder / FILE
    with _locked(folder):
        if _read(path) != before:
            raise ModelsError(f"{path} was changed meanwhile: run the command again")
        if after:
            write_json(path, after)
        else:
            path.unlink(missing_ok=True)
        change = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "who": f"{getpass.getuser()}@{socket.gethostname()}",
            "command": command,
            "default_before": version,
            "default_after": version,
            "before": before,
            "after": after,
        }
        with (folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(change) + "\n")


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

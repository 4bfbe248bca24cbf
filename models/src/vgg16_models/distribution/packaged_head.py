"""One version of a head as a folder of files, checked against its manifest."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ModelsError
from ..heads.manifest import HeadManifest
from ..heads.name import HeadName
from ..manifest_entries import ModelFile

SIGNATURE_FILE = "model.sig"
"""As the command line of model-signing names it."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True)
class PackagedHead:
    """A version of a head; its files are those that its manifest describes, and maybe others."""

    head: HeadName
    backbone: str
    files: tuple[ModelFile, ...]
    """In the order of their names, the signature included."""

    @classmethod
    def read(cls, folder: Path) -> PackagedHead:
        """Raises ModelsError when head.json is missing or wrong, or a file that it names is not
        there or of another digest; the message names files without their folder."""
        files = {path.name: ModelFile.of(path) for path in files_of(folder)}
        if HeadManifest.FILE not in files:
            raise ModelsError(f"it has no {HeadManifest.FILE}")
        manifest = _manifest(folder)
        head, backbone = _identity(manifest)
        for described in _described(manifest):
            _require_file(files, described)
        return cls(head, backbone, tuple(files.values()))

    @property
    def content(self) -> dict[str, str]:
        """The SHA-256 of each file but the signature: two signatures of one key differ."""
        return {each.file: each.sha256 for each in self.files if each.file != SIGNATURE_FILE}

    @property
    def signature(self) -> str | None:
        """The SHA-256 of model.sig, if there is one."""
        return next((each.sha256 for each in self.files if each.file == SIGNATURE_FILE), None)


def plain_name(name: str) -> bool:
    """Whether it is the name of a visible file, and nothing that leads to another folder."""
    return bool(_PLAIN_NAME.fullmatch(name))


def files_of(folder: Path) -> list[Path]:
    """The visible files, in the order of their names.

    Raises ModelsError when there are folders among them, or a name that another system may not
    have.
    """
    found = sorted(each for each in folder.iterdir() if not each.name.startswith("."))
    for each in found:
        if not each.is_file():
            raise ModelsError(f"{each.name} is not a file: a version of a head has files alone")
        if not plain_name(each.name):
            raise ModelsError(
                f"the file name {each.name!r} must be letters, digits, '.', '_' and '-'"
            )
    return found


def copy_files(source: Path, target: Path) -> None:
    for each in files_of(source):
        shutil.copyfile(each, target / each.name)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        return HeadManifest.read_raw(folder)
    except ModelsError as error:
        raise ModelsError(str(error).replace(f"{folder}/", "")) from error
    except RecursionError as error:
        raise ModelsError(f"{HeadManifest.FILE} is nested too deeply") from error


def _identity(manifest: dict[str, Any]) -> tuple[HeadName, str]:
    name, version, backbone = (manifest.get(each) for each in ("name", "version", "backbone"))
    labels = manifest.get("labels")
    if not isinstance(name, str):
        raise _wrong("name", "a string")
    if type(version) is not int or not 0 < version < 1 << 31:
        raise _wrong("version", "a whole number from 1 to 2147483647")
    if not isinstance(backbone, str) or not backbone:
        raise _wrong("backbone", "the id of a backbone")
    if not isinstance(labels, list) or not labels or not all(isinstance(x, str) for x in labels):
        raise _wrong("labels", "a list of strings")
    return HeadName(name, version), backbone


def _described(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of files: the head's own, and that of the heat maps if it has one."""
    explain = manifest.get("explain")
    if explain is not None and not isinstance(explain, dict):
        raise _wrong("explain", "an object, or left out")
    return [manifest] if explain is None else [manifest, explain]


def _require_file(files: dict[str, ModelFile], described: dict[str, Any]) -> None:
    name, digest = described.get("file"), described.get("sha256")
    if not isinstance(name, str) or not plain_name(name):
        raise _wrong("file", "the name of a file in the same folder")
    if name not in files:
        raise ModelsError(f"{HeadManifest.FILE} names {name}, which is not there")
    if files[name].sha256 != digest:
        raise ModelsError(
            f"{name} has the SHA-256 {files[name].sha256}, and {HeadManifest.FILE} says {digest}"
        )


def _wrong(field: str, right: str) -> ModelsError:
    return ModelsError(f"{HeadManifest.FILE}: `{field}` must be {right}")

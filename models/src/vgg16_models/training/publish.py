"""Publishing a trained head: first its report, then the head, which services load immediately."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelsError
from ..files import new_folder, require_writable, write_atomically
from ..heads.name import HeadName
from ..heads.versions import default_version, keep_serving, pinned_version, require_changeable
from .gate import Gate
from .train import TrainingResult


@dataclass(frozen=True)
class Published:
    """A new version of a head, and what its name alone means since."""

    head: HeadName
    folder: Path
    default: int
    objection: str | None
    """Why the gate kept it from serving, if it did."""

    @property
    def serves(self) -> bool:
        return self.default == self.head.version


def require_publishable(head: HeadName, heads: Path, report: Path, *, stage: bool = False) -> Path:
    """The folder that the head will have in the folder `heads`; call this before training.

    Raises ModelsError when it exists already, a folder is not writable, or there is no version that
    could serve in the place of a staged one.
    """
    target = head.folder(heads)
    if target.exists():
        raise ModelsError(f"{target} exists already: without --version the next free one is used")
    for folder in (target, report):
        require_writable(folder)
    require_changeable(heads, head.name)
    if default_version(heads, head.name) is None and stage:
        raise ModelsError(
            f"{head} would be the first version of {head.name}, which serves as soon as it is"
            " published: leave out --stage"
        )
    return target


def publish(
    result: TrainingResult,
    report_files: Mapping[str, bytes],
    heads: Path,
    report: Path,
    gate: Gate | None = None,
    *,
    stage: bool = False,
) -> Published:
    """Writes the report into the folder `report` and the head below `heads`.

    A staged head, and one that does not pass the gate, is published, and the version that serves is
    pinned before. Raises ModelsError when there is none: then the report alone is written. When the
    report can't be written, neither is the head.
    """
    head = result.head
    target = require_publishable(head, heads, report, stage=stage)
    pinned, serving = pinned_version(heads, head.name), default_version(heads, head.name)
    would_serve = pinned is None and head.version > (serving or 0)
    objection = None
    if gate and would_serve and not stage:
        objection = gate.objection(
            result, HeadName(head.name, serving).folder(heads) if serving else None
        )
    if objection and serving is None:
        _write(report, report_files)
        raise ModelsError(f"{head} is not published: {objection}")
    with ExitStack() as stack:
        if would_serve and (objection or stage):
            command = "train --stage" if stage else "train"
            stack.enter_context(keep_serving(heads, head.name, serving, command))
        partial = stack.enter_context(new_folder(target))
        _write(partial, result.files)
        _write(report, report_files)
    default = default_version(heads, head.name)
    return Published(head, target, default, objection)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        write_atomically(folder / name, content)

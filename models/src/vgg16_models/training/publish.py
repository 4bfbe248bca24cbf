"""Publishing a trained head: first its report, then the head, which services load immediately."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..errors import ModelsError
from ..files import new_folder, require_writable, write_atomically
from ..heads.name import HeadName
from .train import TrainingResult


def require_publishable(head: HeadName, heads: Path, report: Path) -> Path:
    """The folder that the head will have in the folder `heads`; call this before training.

    Raises ModelsError when it exists already, or a folder is not writable.
    """
    target = head.folder(heads)
    if target.exists():
        raise ModelsError(f"{target} exists already: without --version the next free one is used")
    for folder in (target, report):
        require_writable(folder)
    return target


def publish(
    result: TrainingResult, report_files: Mapping[str, bytes], heads: Path, report: Path
) -> Path:
    """Writes the report into the folder `report` and the head below `heads`; returns its folder.

    When the report can't be written, neither is the head.
    """
    target = require_publishable(result.head, heads, report)
    with new_folder(target) as partial:
        for name, content in result.files.items():
            write_atomically(partial / name, content)
        for name, content in report_files.items():
            write_atomically(report / name, content)
    return target

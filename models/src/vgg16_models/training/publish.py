"""Publishing what a training came to: the report, and last of all the head, which services load as
soon as they see it."""

from __future__ import annotations

from pathlib import Path

from ..errors import ModelsError
from ..files import atomically, require_writable, whole_folder
from ..heads.name import HeadName
from ..reports.training_report import PAGE, report_files
from .train import Trained


def require_free(head: HeadName, out: Path, report: Path) -> Path:
    """The folder that the head will have under `out`.

    Raises ModelsError when it is there already, or a folder can't be written to: a training that
    can't be published need not begin.
    """
    target = head.folder(out)
    if target.exists():
        raise ModelsError(f"{target} is there already: without --version the next free one is made")
    for folder in (target, report):
        require_writable(folder)
    return target


def publish(trained: Trained, out: Path, report: Path) -> tuple[Path, Path]:
    """Writes the head under the folder `out`, and its report into the folder `report`: the head's
    folder, and the report's page. Nothing is written when one of them can't be made.
    """
    target = require_free(trained.head, out, report)
    pages = report_files(trained)
    with whole_folder(target) as partial:
        for name, content in trained.files.items():
            atomically(partial / name, content)
        for name, content in pages.items():
            atomically(report / name, content)
    return target, report / PAGE

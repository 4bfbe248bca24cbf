"""Event files for TensorBoard, written by its own library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tensorboard.summary import Writer

from ..errors import ModelsError
from ..files import new_folder, require_writable
from ..heads.name import HeadName
from ..training.train import TrainingResult
from .record import PARTS, Record


class EventFiles:
    """The folder NAME@VERSION below the folder of the logs, which has a folder each for training,
    validation and test, as those of Keras's callback. TensorBoard shows them as one graph."""

    def __init__(self, logs: Path, head: HeadName) -> None:
        """Raises ModelsError when the folder is there, or could not be written."""
        self._logs = logs
        self._folder = logs / str(head)
        if self._folder.exists():
            raise ModelsError(f"{self._folder} exists: choose another folder, or delete it")
        require_writable(logs)

    def write(self, result: TrainingResult) -> str:
        """Writes all files at once. Raises ModelsError when they can't be."""
        record = Record.of(result)
        try:
            with new_folder(self._folder) as partial:
                for part in PARTS:
                    _write(partial / part, _curves(record, part))
                _write(
                    partial / "test", [(*each, record.best_epoch) for each in record.test.items()]
                )
        except OSError as error:
            raise ModelsError(f"{self._folder}: {error}") from error
        return f"wrote {self._folder}: `tensorboard --logdir {self._logs}`"


def _curves(record: Record, part: str) -> Iterator[tuple[str, float, int]]:
    """Name, value and epoch of each event."""
    for epoch, metrics in enumerate(record.epochs, start=1):
        for metric in metrics:
            if metric.part == part:
                yield f"epoch_{metric.name}", metric.value, epoch


def _write(folder: Path, events: Iterable[tuple[str, float, int]]) -> None:
    writer = Writer(str(folder))
    for event in events:
        writer.add_scalar(*event)
    writer.flush()  # raises what the thread that writes has met; close does not
    writer.close()

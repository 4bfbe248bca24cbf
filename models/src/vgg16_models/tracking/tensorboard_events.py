"""Event files for TensorBoard, written by its own library."""

from __future__ import annotations

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
        """Writes all files at once."""
        record = Record.of(result)
        with new_folder(self._folder) as partial:
            for part in PARTS:
                writer = Writer(str(partial / part))
                for epoch, metrics in enumerate(record.epochs, start=1):
                    for metric in metrics:
                        if metric.part == part:
                            writer.add_scalar(f"epoch_{metric.name}", metric.value, epoch)
                writer.close()
            writer = Writer(str(partial / "test"))
            for name, value in record.test.items():
                writer.add_scalar(name, value, record.best_epoch)
            writer.close()
        return f"wrote {self._folder}: `tensorboard --logdir {self._logs}`"

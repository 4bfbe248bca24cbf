"""A run of an MLflow server, by its client library."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

# Read when the library is imported: no telemetry, few retries of a server that is not there, and
# none of the library's own messages on standard output.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")

from mlflow import MlflowClient
from mlflow.entities import Metric, Param

from ..errors import ModelsError
from ..training.train import TrainingResult
from .record import Record

_METRICS_PER_CALL = 1000
_CHARACTERS = 500
"""The limits of MLflow's REST API; for a parameter's value, that of the oldest servers."""


class MlflowExperiment:
    """An experiment of a server, made where there is none. Every method raises ModelsError when the
    server can't be reached or refuses."""

    def __init__(self, uri: str, name: str) -> None:
        if "@" in uri.partition("://")[2].partition("/")[0]:
            raise ModelsError(
                "--mlflow takes no account: set MLFLOW_TRACKING_USERNAME and"
                " MLFLOW_TRACKING_PASSWORD"
            )
        self._uri = uri
        with self._reported():
            self._client = MlflowClient(tracking_uri=uri)
            found = self._client.get_experiment_by_name(name)
            self._id = found.experiment_id if found else self._client.create_experiment(name)
        if found and found.lifecycle_stage != "active":
            raise ModelsError(
                f"MLflow at {uri}: the experiment {name} was deleted: restore it, or name another"
                " with --mlflow-experiment"
            )

    def log(self, result: TrainingResult) -> str:
        """Adds a run with the recipe, the metrics of each epoch and of the test, and the files."""
        record = Record.of(result)
        with self._reported():
            info = self._client.create_run(self._id, run_name=record.name, tags=record.tags).info
            status = "FAILED"
            try:
                self._log(info.run_id, info.start_time, record)
                self._upload(info.run_id, result.files)
                status = "FINISHED"
            finally:
                self._client.set_terminated(info.run_id, status)
        return f"logged {record.name} at {self._uri} as the run {info.run_id}"

    def _log(self, run: str, time: int, record: Record) -> None:
        parameters = [Param(name, value[:_CHARACTERS]) for name, value in record.parameters.items()]
        metrics = [
            Metric(f"{each.part}/{each.name}", each.value, time, epoch)
            for epoch, metrics in enumerate(record.epochs, start=1)
            for each in metrics
        ] + [Metric(name, value, time, record.best_epoch) for name, value in record.test.items()]
        self._client.log_batch(run, params=parameters)
        for start in range(0, len(metrics), _METRICS_PER_CALL):
            self._client.log_batch(run, metrics=metrics[start : start + _METRICS_PER_CALL])

    def _upload(self, run: str, files: Mapping[str, bytes]) -> None:
        with TemporaryDirectory(prefix="vgg16-mlflow-") as temporary:
            for name, content in files.items():
                (Path(temporary) / name).write_bytes(content)
            self._client.log_artifacts(run, temporary, "head")

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        # What an answer that is not MLflow's, or an artifact store without its library, raises is
        # of many kinds.
        except Exception as error:
            raise ModelsError(f"MLflow at {self._uri}: {error}") from error

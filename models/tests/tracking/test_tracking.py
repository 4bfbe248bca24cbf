"""`train --tensorboard` and `train --mlflow`, read back by the libraries of those who show them."""

import json
import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from sample_photos import photos_in
from vgg16_models.cli import main

if not all(find_spec(each) for each in ("tensorboard", "mlflow")):
    if os.environ.get("CI") == "true":
        raise ModuleNotFoundError("tensorboard and mlflow are missing: run `make venv`")
    pytest.skip("needs the extra `tracking`", allow_module_level=True)

EPOCHS = 3
METRICS = {"accuracy", "log_loss"}


@pytest.fixture(scope="module")
def trained(backbone, tmp_path_factory):
    """The folder that two trainings wrote into, one of each tracker."""
    folder = tmp_path_factory.mktemp("tracked")
    with pytest.MonkeyPatch.context() as patched:
        # A server without a database keeps its runs in such a folder.
        patched.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        photos = photos_in(folder / "photos", {"red": 10, "green": 10})
        assert train(backbone, folder, photos, "--tensorboard", folder / "logs") == 0
        uri = (folder / "runs").as_uri()
        assert train(backbone, folder, photos, "--version", 2, "--mlflow", uri) == 0
        yield folder


def train(backbone: Path, folder: Path, photos: Path, *more: object) -> int:
    given = ["train", "--images", photos, "--backbone", backbone, "--name", "colours"]
    given += ["--epochs", EPOCHS, "--out", folder / "heads", "--cache", folder / "cache"]
    given += ["--report", folder / "report", "--no-gate", *more]
    return main([str(each) for each in given])


def training(folder: Path, version: int) -> dict:
    return json.loads((folder / f"heads/colours/{version}/head.json").read_text())["training"]


def scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """The step and value of each event, by tag."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    events = EventAccumulator(str(folder)).Reload()
    return {
        tag: [(each.step, make_ndarray(each.tensor_proto).item()) for each in events.Tensors(tag)]
        for tag in events.Tags()["tensors"]
    }


@pytest.mark.parametrize("part", ["train", "validation"])
def test_tensorboard_reads_the_curves(trained, part):
    curves = scalars(trained / "logs/colours@1" / part)
    assert curves.keys() == {f"epoch_{metric}" for metric in METRICS}
    for curve in curves.values():
        assert [step for step, _ in curve] == [1, 2, 3]
    assert len({loss for _, loss in curves["epoch_log_loss"]}) == EPOCHS


def test_tensorboard_reads_the_test_metrics(trained):
    expected = training(trained, 1)
    read = scalars(trained / "logs/colours@1/test")
    assert read["test_log_loss"] == [
        (expected["best_epoch"], pytest.approx(expected["test_log_loss"]))
    ]
    assert read.keys() == {"test_accuracy", "test_log_loss", "test_calibration_error"} | {
        name for name in expected if name.startswith("test_") and name.endswith("int8")
    }


def test_mlflow_reads_the_run(trained):
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=(trained / "runs").as_uri())
    experiment = client.get_experiment_by_name("colours")
    (run,) = client.search_runs([experiment.experiment_id])
    expected = training(trained, 2)
    assert (run.info.run_name, run.info.status) == ("colours@2", "FINISHED")
    assert run.data.params["epochs"] == "3"
    assert run.data.params["architecture/units"] == "512"
    assert run.data.params["labels"] == "green, red"
    assert run.data.tags["data"] == expected["data"]["sha256"]
    assert run.data.metrics["test_accuracy"] == expected["test_accuracy"]
    for metric in METRICS:
        history = client.get_metric_history(run.info.run_id, f"validation/{metric}")
        assert [each.step for each in history] == [1, 2, 3]
    files = {Path(each.path).name for each in client.list_artifacts(run.info.run_id, "head")}
    assert files == {"head.onnx", "head.json", "explain.onnx"}


def test_a_training_that_can_not_be_recorded_is_published(
    trained, backbone, tmp_path, monkeypatch, capsys
):
    from mlflow.exceptions import MlflowException
    from vgg16_models.tracking import mlflow_run

    class Full(mlflow_run.MlflowClient):
        def log_batch(self, *_, **__):
            raise MlflowException("the disk is full")

    monkeypatch.setattr(mlflow_run, "MlflowClient", Full)
    uri = (tmp_path / "runs").as_uri()
    given = ["--version", 3, "--mlflow", uri, "--tensorboard", tmp_path / "logs"]
    assert train(backbone, trained, trained / "photos", *given) == 1
    told = capsys.readouterr()
    assert "colours@3 is written and not recorded: MLflow at file:" in told.err
    assert "the disk is full" in told.err
    assert "colours@3 serves as colours" in told.out
    assert (tmp_path / "logs/colours@3/train").is_dir()
    client = mlflow_run.MlflowClient(tracking_uri=uri)
    (run,) = client.search_runs([client.get_experiment_by_name("colours").experiment_id])
    assert run.info.status == "FAILED"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--mlflow", "http://127.0.0.1:9"], "MLflow at http://127.0.0.1:9: "),
        (["--mlflow", "http://[::1"], "Invalid IPv6 URL"),
        (["--mlflow", "http://me:secret@127.0.0.1:9"], "set MLFLOW_TRACKING_USERNAME and"),
        (["--mlflow", ""], "--mlflow takes the URI of a server, http://HOST:PORT, not ''"),
        (["--mlflow-experiment", "cats"], "--mlflow-experiment needs --mlflow"),
        (["--tensorboard", "logs"], "logs/colours@1 exists: choose another folder, or delete it"),
        (["--tensorboard", "file"], "file is not a folder"),
    ],
)
def test_what_can_not_be_recorded_is_refused_before_the_training(
    tmp_path, monkeypatch, capsys, options, told
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs/colours@1").mkdir(parents=True)
    (tmp_path / "file").write_text("")
    assert train(tmp_path / "no-backbone", tmp_path, tmp_path / "no-photos", *options) == 1
    errors = capsys.readouterr().err
    assert told in errors
    assert errors.count("\n") == 1
    assert "secret" not in errors


def test_a_deleted_experiment_is_refused_before_the_training(trained, tmp_path, capsys):
    from mlflow import MlflowClient

    uri = (tmp_path / "runs").as_uri()
    client = MlflowClient(tracking_uri=uri)
    client.delete_experiment(client.create_experiment("colours"))
    assert train(tmp_path / "no-backbone", tmp_path, tmp_path / "none", "--mlflow", uri) == 1
    assert "the experiment colours was deleted: restore it" in capsys.readouterr().err


@pytest.mark.parametrize("library", ["tensorboard", "mlflow"])
def test_without_its_library_an_option_says_what_to_install(tmp_path, monkeypatch, capsys, library):
    from vgg16_models.commands import options

    monkeypatch.setattr(options, "find_spec", lambda name: None)
    given = [f"--{library}", "http://127.0.0.1:9"]
    assert train(tmp_path / "no-backbone", tmp_path, tmp_path / "no-photos", *given) == 1
    told = capsys.readouterr().err
    assert f"--{library} needs {library}: pip install 'models[tracking]'" in told

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from sample_photos import photos_in
from vgg16_models.backbone.inference import Backbone
from vgg16_models.cli import main
from vgg16_models.errors import ModelsError, UndecodableError
from vgg16_models.features.extractors import LocalExtractor
from vgg16_models.heads.name import HeadName
from vgg16_models.heads.versions import default_version
from vgg16_models.reports import charts
from vgg16_models.reports.training_report import report_files
from vgg16_models.training import publish as module
from vgg16_models.training.gate import Gate
from vgg16_models.training.publish import publish, require_publishable
from vgg16_models.training.recipe import Recipe
from vgg16_models.training.train import train

HEAD = HeadName("colours", 1)
GATE = Gate()


@pytest.fixture(scope="module")
def trained(backbone, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    return train(
        HEAD,
        photos_in(folder / "photos", {"red": 10, "green": 10}),
        extractor=LocalExtractor(Backbone.load(backbone, "fp32")),
        cache=folder / "cache",
        recipe=Recipe(epochs=1),
    )


def test_the_head_is_published_last(trained, tmp_path, monkeypatch):
    """When a service loads it, its report exists."""
    heads, report = tmp_path / "heads", tmp_path / "report"
    seen = {}
    write = module.write_atomically

    def watched(path, content):
        write(path, content)
        seen[path.name] = (heads / "colours" / "1").exists()

    monkeypatch.setattr(module, "write_atomically", watched)
    folder = publish(trained, report_files(trained), heads, report).folder
    assert sorted(file.name for file in folder.iterdir()) == sorted(trained.files)
    assert (report / "index.html").is_file()
    assert {"head.onnx", "head.json", "explain.onnx", "index.html"} <= set(seen)
    assert not any(seen.values())


def test_without_a_report_no_head_is_published(trained, tmp_path, monkeypatch):
    write = module.write_atomically

    def full(path, content):
        if path.name == "index.html":
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(module, "write_atomically", full)
    with pytest.raises(OSError, match="No space left"):
        publish(trained, {"index.html": b"page"}, tmp_path / "heads", tmp_path / "report")
    assert not (tmp_path / "heads").exists()


def test_a_version_is_never_overwritten(tmp_path):
    (tmp_path / "colours" / "1").mkdir(parents=True)
    with pytest.raises(ModelsError, match="exists already: without --version"):
        require_publishable(HEAD, tmp_path, tmp_path / "report")


def test_an_unwritable_report_folder_is_an_error_before_training(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelsError, match="file is not a folder"):
        require_publishable(HEAD, tmp_path / "heads", tmp_path / "file" / "report")


def test_undecodable_photos_are_grey_in_the_report(trained, monkeypatch):

    def unknown(_):
        raise UndecodableError("is of an unknown format")

    monkeypatch.setattr(charts, "decode_image", unknown)
    assert b"colours@1" in report_files(trained)["index.html"]


def version(trained, number, wrong=0):
    """The trained head as another version, with other test scores: all right but the first."""
    test = trained.test["fp32"]
    scores = np.eye(2, dtype=np.float32)[test.targets]
    scores[:wrong] = scores[:wrong, ::-1]
    return replace(
        trained,
        head=HeadName("colours", number),
        test={"fp32": replace(test, scores=scores)},
    )


@pytest.fixture(scope="module")
def forty(backbone, tmp_path_factory):
    """A head that gets all of 8 test photos right."""
    folder = tmp_path_factory.mktemp("forty")
    return train(
        HEAD,
        photos_in(folder / "photos", {"red": 40, "green": 40}),
        extractor=LocalExtractor(Backbone.load(backbone, "fp32")),
        cache=folder / "cache",
        recipe=Recipe(epochs=8),
    )


@pytest.fixture
def place(tmp_path):
    """Publishes in a temporary folder, through the gate."""

    def place(result, gate=GATE, stage=False):
        return publish(result, {}, tmp_path / "heads", tmp_path / "report", gate, stage=stage)

    return place


def test_a_better_version_serves(forty, place):
    assert place(version(forty, 1)).serves
    published = place(version(forty, 2))
    assert (published.serves, published.objection) == (True, None)
    assert not (published.folder.parent / "versions.json").exists()


def test_a_worse_version_does_not_serve(forty, place, tmp_path):
    """The first version's own file scores the photos: all 8 right."""
    place(version(forty, 1))
    published = place(version(forty, 2, wrong=1))
    assert not published.serves
    assert published.default == default_version(tmp_path / "heads", "colours") == 1
    assert "0.8750 (7 of 8), is below that of colours@1 on the same photos, 1.0000 (8 of 8)" in (
        published.objection
    )
    assert (published.folder / "head.onnx").is_file()


def test_the_pin_is_written_before_the_version_can_be_seen(forty, place, tmp_path, monkeypatch):
    place(version(forty, 1))
    keep_serving = module.keep_serving
    seen = []

    @contextmanager
    def watched(*given):
        with keep_serving(*given):
            seen.append((tmp_path / "heads/colours/2").exists())
            yield

    monkeypatch.setattr(module, "keep_serving", watched)
    assert not place(version(forty, 2), stage=True).serves
    assert seen == [False]


def test_a_head_at_chance_level_is_not_published_where_nothing_else_serves(forty, place, tmp_path):
    chance = version(forty, 1, wrong=4)
    with pytest.raises(ModelsError, match="is no better than that of always answering"):
        place(chance)
    with pytest.raises(ModelsError, match=r"6 of 8\), is not significantly .* \(p = 0.145, not"):
        place(version(forty, 1, wrong=2))
    assert not (tmp_path / "heads").exists()
    assert place(chance, gate=None).serves


def test_the_report_of_a_refused_head_is_written(forty, tmp_path):
    report = tmp_path / "report"
    with pytest.raises(ModelsError, match="colours@1 is not published"):
        publish(version(forty, 1, wrong=4), {"a.txt": b"why"}, tmp_path / "heads", report, Gate())
    assert (report / "a.txt").read_bytes() == b"why"


def test_photos_too_few_for_any_proof_need_only_be_right(trained, place):
    """Of two test photos even both can be right by chance."""
    assert place(version(trained, 1)).serves


def test_a_least_accuracy_takes_the_place_of_the_comparison(forty, place):
    place(version(forty, 1))
    assert "is below 0.9" in place(version(forty, 2, wrong=1), Gate(0.9)).objection
    (versions,) = {place(version(forty, 3, wrong=1), Gate(0.8)).folder.parent / "versions.json"}
    assert json.loads(versions.read_text()) == {"default": 1}, "what was pinned stays so"


def test_a_head_with_other_labels_can_not_be_compared(forty, place, tmp_path):
    first = place(version(forty, 1)).folder
    manifest = json.loads((first / "head.json").read_text())
    (first / "head.json").write_text(json.dumps({**manifest, "labels": ["red", "blue"]}))
    assert "which has other labels" in place(version(forty, 2)).objection


def test_labels_in_another_order_are_compared(forty, place):
    first = place(version(forty, 1)).folder
    manifest = json.loads((first / "head.json").read_text())
    # All are wrong now.
    (first / "head.json").write_text(json.dumps({**manifest, "labels": manifest["labels"][::-1]}))
    assert place(version(forty, 2, wrong=1)).serves


def test_versions_json_keeps_its_other_entries(forty, place, tmp_path):
    place(version(forty, 1))
    file = tmp_path / "heads/colours/versions.json"
    file.write_text('{"labels": {"canary": 1}}')
    place(version(forty, 2), stage=True)
    assert json.loads(file.read_text()) == {"labels": {"canary": 1}, "default": 1}


def test_a_pin_is_recorded(forty, place, tmp_path):
    """As `bin/vgg16 heads` records its changes."""
    place(version(forty, 1))
    place(version(forty, 2), stage=True)
    (line,) = (tmp_path / "heads/colours/releases.jsonl").read_text().splitlines()
    change = json.loads(line)
    assert datetime.fromisoformat(change["time"]).tzinfo is not None
    assert change["command"] == "train --stage"
    assert (change["default_before"], change["default_after"]) == (1, 1)
    assert (change["before"], change["after"]) == ({}, {"default": 1})


def test_a_first_version_can_not_be_staged(tmp_path):
    with pytest.raises(ModelsError, match="would be the first version of colours"):
        require_publishable(HEAD, tmp_path, tmp_path / "report", stage=True)


def test_a_broken_versions_json_is_an_error_before_training(tmp_path):
    (tmp_path / "colours").mkdir()
    (tmp_path / "colours" / "versions.json").write_text("{")
    with pytest.raises(ModelsError, match=r"versions.json can't be read"):
        require_publishable(HEAD, tmp_path, tmp_path / "report")


def test_the_command_says_what_serves(backbone, make_photos, tmp_path, capsys):
    """The photos of both labels are of the same colours, and nothing can be learned."""
    images = make_photos({"red": 40, "green": 40})
    options = ["--backbone", str(backbone), "--name", "colours", "--epochs", "8"]
    options += ["--out", str(tmp_path / "heads"), "--cache", str(tmp_path / "cache")]
    options += ["--report", str(tmp_path / "report")]
    assert main(["train", "--images", str(images), *options]) == 0
    assert "colours@1 serves as colours" in capsys.readouterr().out
    assert main(["train", "--images", str(images), *options, "--stage"]) == 0
    assert "colours@2 does not serve, colours@1 does: `bin/vgg16 heads promote colours@2`" in (
        capsys.readouterr().out
    )
    alike = photos_in(tmp_path / "alike", {"red": 80})
    (alike / "green").mkdir()
    for number in range(0, 80, 2):
        (alike / "red" / f"{number}.jpg").rename(alike / "green" / f"{number}.jpg")
    (tmp_path / "heads/colours/versions.json").unlink()
    assert main(["train", "--images", str(alike), *options]) == 1
    err = capsys.readouterr().err
    assert "colours@3 does not serve, colours@2 does: its test accuracy" in err

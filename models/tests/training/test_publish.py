import pytest
from conftest import photos_in
from vgg16_models.backbone.inference import Backbone
from vgg16_models.errors import ModelsError, UndecodableError
from vgg16_models.features.cache import LocalMaps
from vgg16_models.heads.name import HeadName
from vgg16_models.reports import charts as pictures
from vgg16_models.training import publish as module
from vgg16_models.training.publish import publish, require_free
from vgg16_models.training.recipe import Recipe
from vgg16_models.training.train import train

HEAD = HeadName("colours", 1)


@pytest.fixture(scope="module")
def trained(backbone, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    return train(
        HEAD,
        photos_in(folder / "photos", {"red": 10, "green": 10}),
        source=LocalMaps(Backbone.load(backbone, "fp32")),
        cache=folder / "cache",
        recipe=Recipe(epochs=1),
    )


def test_the_head_comes_last(trained, tmp_path, monkeypatch):
    """Whoever loads it may look at its report."""
    heads, report = tmp_path / "heads", tmp_path / "report"
    seen = {}
    write = module.atomically

    def watched(path, content):
        write(path, content)
        seen[path.name] = (heads / "colours" / "1").exists()

    monkeypatch.setattr(module, "atomically", watched)
    folder, page = publish(trained, heads, report)
    assert sorted(file.name for file in folder.iterdir()) == sorted(trained.files)
    assert page.is_file()
    assert {"head.onnx", "head.json", "explain.onnx", "index.html"} <= set(seen)
    assert not any(seen.values())


def test_without_a_report_there_is_no_head(trained, tmp_path, monkeypatch):
    def fail(_):
        raise ValueError("no picture")

    monkeypatch.setattr(module, "report_files", fail)
    with pytest.raises(ValueError, match="no picture"):
        publish(trained, tmp_path / "heads", tmp_path / "report")
    assert not (tmp_path / "heads").exists()
    assert not (tmp_path / "report").exists()


def test_a_report_that_can_not_be_written_leaves_no_head(trained, tmp_path, monkeypatch):
    write = module.atomically

    def full(path, content):
        if path.name == "index.html":
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(module, "atomically", full)
    with pytest.raises(OSError, match="No space left"):
        publish(trained, tmp_path / "heads", tmp_path / "report")
    assert not (tmp_path / "heads").exists()


def test_a_version_is_never_written_over(tmp_path):
    (tmp_path / "colours" / "1").mkdir(parents=True)
    with pytest.raises(ModelsError, match="is there already: without --version"):
        require_free(HEAD, tmp_path, tmp_path / "report")


def test_what_can_not_be_published_is_told_before_the_training(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelsError, match="file is no folder"):
        require_free(HEAD, tmp_path / "heads", tmp_path / "file" / "report")


def test_photos_that_only_the_service_can_read_are_grey_in_the_report(
    trained, tmp_path, monkeypatch
):
    """And the training ends as any other."""

    def unknown(_):
        raise UndecodableError("of a kind that is unknown here")

    monkeypatch.setattr(pictures, "decoded", unknown)
    _, page = publish(trained, tmp_path / "heads", tmp_path / "report")
    assert page.is_file()

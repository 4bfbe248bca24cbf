import pytest
from conftest import photos_in
from vgg16_models.backbone.inference import Backbone
from vgg16_models.errors import ModelsError, UndecodableError
from vgg16_models.features.extractors import LocalExtractor
from vgg16_models.heads.name import HeadName
from vgg16_models.reports import charts
from vgg16_models.reports.training_report import report_files
from vgg16_models.training import publish as module
from vgg16_models.training.publish import publish, require_publishable
from vgg16_models.training.recipe import Recipe
from vgg16_models.training.train import train

HEAD = HeadName("colours", 1)


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
    folder = publish(trained, report_files(trained), heads, report)
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

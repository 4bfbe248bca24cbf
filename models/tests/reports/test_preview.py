import pytest
from PIL import Image
from vgg16_models.errors import ModelsError
from vgg16_models.reports import preview as module
from vgg16_models.reports.preview import preview


def test_ten_photos_of_each_label_in_turn(make_photos, tmp_path, monkeypatch):
    images = make_photos({"red": 12, "green": 12})
    (images / "red" / "broken.jpg").write_text("not an image")
    captions = []
    monkeypatch.setattr(
        module, "photo_grid", lambda photos: captions.extend(p.caption for p in photos) or b"drawn"
    )
    preview(images, tmp_path / "out.png")
    assert captions == ["label 0: green", "label 1: red"] * 5
    assert (tmp_path / "out.png").read_bytes() == b"drawn"


def test_two_rows_of_five(make_photos, tmp_path):
    preview(make_photos({"red": 12, "green": 12}), tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image:
        assert image.format == "PNG"
        assert 1.7 < image.width / image.height < 2.3


def test_undecodable_photos_are_skipped(make_photos, tmp_path):
    images = make_photos({"red": 4})
    photos = sorted((images / "red").iterdir())
    for photo in photos[1:]:
        photo.write_bytes(b"not an image " + photo.name.encode())
    skipped = preview(images, tmp_path / "out.png")
    assert len(skipped) == 3
    assert (tmp_path / "out.png").is_file()
    assert all(file.reason.startswith("is not an image of a known format") for file in skipped)


def test_without_a_readable_photo_nothing_is_written(make_photos, tmp_path, caplog):
    images = make_photos({"red": 1})
    (images / "red" / "0.jpg").write_text("not an image")
    with pytest.raises(ModelsError, match="none of the 1 photos can be decoded"):
        preview(images, tmp_path / "out.png")
    assert not (tmp_path / "out.png").exists()
    assert "0.jpg: is not an image of a known format" in caplog.text

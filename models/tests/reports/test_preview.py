import pytest
from PIL import Image
from vgg16_models.errors import ModelsError
from vgg16_models.reports import preview as module
from vgg16_models.reports.preview import preview


def test_ten_photos_of_labels_in_turn(make_photos, tmp_path, monkeypatch):
    images = make_photos({"red": 12, "green": 12})
    (images / "red" / "broken.jpg").write_text("no picture")
    captions = []
    monkeypatch.setattr(
        module, "grid", lambda shown: captions.extend(p.caption for p in shown) or b"drawn"
    )
    preview(images, tmp_path / "out.png")
    assert captions == ["green", "red"] * 5
    assert (tmp_path / "out.png").read_bytes() == b"drawn"


def test_it_is_a_picture_of_two_rows_of_five(make_photos, tmp_path):
    preview(make_photos({"red": 12, "green": 12}), tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as picture:
        assert picture.format == "PNG"
        assert 1.7 < picture.width / picture.height < 2.3


def test_what_can_not_be_read_is_told_and_passed_over(make_photos, tmp_path):
    images = make_photos({"red": 4})
    photos = sorted((images / "red").iterdir())
    for photo in photos[1:]:
        photo.write_bytes(b"no picture " + photo.name.encode())
    skipped = preview(images, tmp_path / "out.png")
    assert len(skipped) == 3
    assert (tmp_path / "out.png").is_file()
    assert all(file.reason.startswith("is not an image of a known format") for file in skipped)


def test_without_one_readable_photo_nothing_is_written(make_photos, tmp_path, caplog):
    images = make_photos({"red": 1})
    (images / "red" / "0.jpg").write_text("no picture")
    with pytest.raises(ModelsError, match="none of the 1 photos can be drawn"):
        preview(images, tmp_path / "out.png")
    assert not (tmp_path / "out.png").exists()
    assert "0.jpg: is not an image of a known format" in caplog.text

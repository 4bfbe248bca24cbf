from PIL import Image
from vgg16_models import preview as module
from vgg16_models.preview import preview


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
    images = make_photos({"red": 3})
    for photo in (images / "red").iterdir():
        photo.write_bytes(b"no picture " + photo.name.encode())
    skipped = preview(images, tmp_path / "out.png")
    assert len(skipped) == 3
    assert all(file.reason == "neither a JPEG nor a PNG" for file in skipped)

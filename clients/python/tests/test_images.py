import io

import numpy as np
import pytest
from PIL import Image
from vgg16_client.errors import ImageError
from vgg16_client.images import message_of, name_of
from vgg16_client.pixels import SCALINGS, resize
from vgg16_client.results import Backbone


def backbone_of(preprocessing="tf", size=4):
    shape = (size, size, 3)
    return Backbone("", "", preprocessing, "", shape, shape, 0, (), "fp32", "cpu", "cpu", 0, 8)


def pixels_of(image, **backbone):
    message = message_of(image, backbone_of(**backbone))
    return np.frombuffer(message.pixels, "<f4").reshape(4, 4, 3)


def test_pixels_are_scaled_as_the_backbone_asks():
    white = np.full((4, 4, 3), 255, np.uint8)
    assert np.all(pixels_of(white) == 1)
    assert np.all(pixels_of(np.zeros_like(white)) == -1)
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 255
    assert pixels_of(red, preprocessing="caffe")[0, 0] == pytest.approx(
        [-103.939, -116.779, 255 - 123.68]
    )
    assert pixels_of(red, preprocessing="torch")[0, 0] == pytest.approx(
        [(1 - 0.485) / 0.229, -0.456 / 0.224, -0.406 / 0.225]
    )


def test_pixels_that_are_ready_are_sent_as_they_are():
    ready = np.arange(48, dtype=np.float32).reshape(4, 4, 3)
    assert np.array_equal(pixels_of(ready), ready)
    assert np.array_equal(pixels_of(ready[::-1]), ready[::-1])


def test_resizing_is_bilinear_with_half_pixel_centres():
    columns = np.uint8([[0, 100]])[..., np.newaxis].repeat(3, axis=2)
    assert resize(columns, 1, 4)[0, :, 0].tolist() == [0, 25, 75, 100]
    wide = np.uint8([[0, 10, 20, 30, 40, 50, 60, 70]])[..., np.newaxis].repeat(3, axis=2)
    # Without antialiasing: the mean of the two nearest.
    assert resize(wide, 1, 2)[0, :, 0].tolist() == [15, 55]
    tall = wide.transpose(1, 0, 2)
    assert resize(tall, 2, 1)[:, 0, 0].tolist() == [15, 55]


def test_an_image_of_the_right_size_keeps_its_pixels():
    image = np.random.default_rng(1).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    assert np.array_equal(resize(image, 4, 4), image)


def test_an_image_of_pil_is_turned_and_made_rgb():
    image = Image.new("L", (4, 4), 255)
    image.putpixel((0, 0), 0)
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned: the first column is at the top
    image.save(file, "PNG", exif=exif)
    pixels = pixels_of(Image.open(file))
    assert pixels[0, 3].tolist() == [-1, -1, -1]
    assert pixels.sum() == 4 * 4 * 3 - 2 * 3


def test_a_broken_image_of_pil(tmp_path):
    file = tmp_path / "broken.png"
    Image.new("RGB", (64, 64)).save(file)
    file.write_bytes(file.read_bytes()[:60])
    with pytest.raises(ImageError, match="PIL can't decode the image"):
        pixels_of(Image.open(file))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.float64),
        np.zeros((5, 4, 3), np.float32),
    ],
)
def test_the_error_says_which_arrays_are_images(array):
    with pytest.raises(ImageError, match="it must be uint8") as raised:
        pixels_of(array)
    assert str(list(array.shape)) in str(raised.value)
    assert raised.value.field == "image"


def test_other_objects_are_no_images():
    with pytest.raises(ImageError, match="a dict is no image: give a path"):
        pixels_of({})


def test_an_unknown_preprocessing():
    assert set(SCALINGS) == {"tf", "caffe", "torch"}
    with pytest.raises(ImageError, match="'new' is unknown here: send a file"):
        pixels_of(np.zeros((4, 4, 3), np.uint8), preprocessing="new")


def test_the_name_of_an_image(tmp_path):
    file = tmp_path / "a.png"
    Image.new("RGB", (4, 4)).save(file)
    assert name_of(file) == name_of(str(file)) == name_of(Image.open(file)) == str(file)
    assert name_of(b"") == name_of(np.zeros(3)) == name_of(Image.new("RGB", (4, 4))) == ""


def test_errors_name_a_file_in_one_line(tmp_path):
    with pytest.raises(ImageError, match="can't be read: No such file") as raised:
        message_of(tmp_path / "no\nne.jpg", backbone_of())
    assert "\n" not in str(raised.value)
    with pytest.raises(ImageError, match="null"):
        message_of("a\0b", backbone_of())

import numpy as np
import pytest
from PIL import Image
from vgg16_client.errors import ConfigurationError
from vgg16_client.sources import sources


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("b/2.WEBP", "a.jpg", "c.jpeg", "notes.txt", "b/1.png"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "b/loop").symlink_to(tmp_path)
    return tmp_path


def found(images):
    result = sources(images)
    return list(result.images), result.total


def test_a_folder_means_the_images_below_it(folder):
    files = [folder / name for name in ("a.jpg", "b/1.png", "b/2.WEBP", "c.jpeg")]
    assert found(folder) == found(str(folder)) == (files, 4)
    assert found([b"x", folder]) == ([b"x", *files], 5)


def test_one_image_is_a_list_of_one(folder):
    for image in ("a.jpg", folder / "notes.txt", b"bytes"):
        assert found(image) == ([image], 1)
    for image in (np.zeros((4, 4, 3), np.uint8), Image.new("RGB", (4, 4))):
        assert found(image)[1] == 1


def test_a_batch_of_pixels_is_many_images():
    images, total = found(np.zeros((5, 4, 4, 3), np.uint8))
    assert (len(images), images[0].shape, total) == (5, (4, 4, 3), 5)


def test_the_number_of_an_iterator_is_unknown():
    assert found(iter([b"1", b"2"])) == ([b"1", b"2"], None)
    assert found({b"1": 0, b"2": 0}) == ([b"1", b"2"], 2)


def test_what_is_neither_an_image_nor_many():
    with pytest.raises(ConfigurationError, match="a int is neither"):
        sources(5)


def test_a_folder_without_images(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no .jpg, .jpeg, .png or .webp file in"):
        sources(tmp_path)

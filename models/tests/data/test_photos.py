import pytest
from vgg16_models.data.photos import group_by_label, interleave_labels, scan
from vgg16_models.errors import ModelsError


@pytest.fixture
def write(tmp_path):
    def write(**contents):
        for path, content in contents.items():
            label, name = path.split("_")
            (tmp_path / label).mkdir(exist_ok=True)
            (tmp_path / label / name).write_text(content)
        return tmp_path

    return write


def test_labels_are_the_sub_folders(write):
    photos = scan(write(cat_a="1", cat_b="2", dog_a="3")).photos
    assert {label: len(group) for label, group in group_by_label(photos).items()} == {
        "cat": 2,
        "dog": 1,
    }


def test_duplicates_are_skipped(write):
    found = scan(write(cat_a="same", cat_b="same", cat_c="other"))
    assert len(found.photos) == 2
    assert [(file.path.name, file.reason) for file in found.skipped] == [("b", "copy of a")]


def test_photos_with_two_labels_are_skipped(write):
    found = scan(write(cat_a="same", dog_a="same", dog_b="other"))
    assert [photo.path.name for photo in found.photos] == ["b"]
    assert [file.reason for file in found.skipped] == ["same content, other label"] * 2


def test_the_order_depends_on_content_alone(write, tmp_path):
    first = scan(write(cat_a="1", cat_b="2", cat_c="3")).photos
    (tmp_path / "cat" / "a").rename(tmp_path / "cat" / "z")
    second = scan(tmp_path).photos
    assert [photo.sha256 for photo in first] == [photo.sha256 for photo in second]


def test_any_prefix_is_balanced(write):
    photos = interleave_labels(
        scan(write(cat_a="1", cat_b="2", cat_c="3", dog_a="4", emu_a="5")).photos
    )
    assert [photo.label for photo in photos] == ["cat", "dog", "emu", "cat", "cat"]


def test_a_folder_without_photos_is_refused(tmp_path):
    with pytest.raises(ModelsError, match="one sub-folder a class"):
        scan(tmp_path)
    with pytest.raises(ModelsError, match="no folder"):
        scan(tmp_path / "nowhere")

import pytest
from vgg16_models.errors import ModelsError
from vgg16_models.files import new_folder


def test_all_files_appear_at_once(tmp_path):
    target = tmp_path / "heads" / "1"
    with new_folder(target) as partial:
        (partial / "a").write_text("a")
        assert partial.name.startswith(".")
        assert partial.parent == target.parent, "a rename stays on one file system"
        assert not target.exists()
    assert [file.name for file in target.iterdir()] == ["a"]
    assert list(target.parent.iterdir()) == [target]


def test_an_exception_leaves_nothing(tmp_path):
    def fail():
        with new_folder(tmp_path / "1") as partial:
            (partial / "a").write_text("a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_not_replaced(tmp_path):
    target = tmp_path / "1"

    def fail():
        with new_folder(target):
            target.mkdir()
            (target / "theirs").write_text("theirs")

    with pytest.raises(ModelsError, match="exists already"):
        fail()
    assert [file.name for file in target.iterdir()] == ["theirs"]
    assert list(tmp_path.iterdir()) == [target]

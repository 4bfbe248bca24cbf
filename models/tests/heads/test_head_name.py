import pytest
from vgg16_models.errors import ModelsError
from vgg16_models.heads.name import HeadName


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("../up", 1),
        ("", 1),
        ("Cats", 1),
        ("c" * 101, 1),
        ("cats", 0),
        ("cats", 2**31),
    ],
)
def test_names_that_would_make_bad_folders_are_refused(name, version):
    with pytest.raises(ModelsError):
        HeadName(name, version)


def test_the_first_version_is_1(tmp_path):
    assert HeadName.next("cats", tmp_path) == HeadName("cats", 1)


def test_the_next_version_is_the_one_after_the_last(tmp_path):
    for folder in ("1", "3", "10", ".11.42.part", "old"):
        (tmp_path / "cats" / folder).mkdir(parents=True)
    (tmp_path / "dogs" / "40").mkdir(parents=True)
    assert HeadName.next("cats", tmp_path) == HeadName("cats", 11)

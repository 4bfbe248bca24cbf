from dataclasses import replace
from pathlib import Path

import pytest
from vgg16_models.data.photos import Photo
from vgg16_models.data.split import split
from vgg16_models.errors import ModelsError
from vgg16_models.training.training_data import LabelMinimum, require_parts


def photos(**counts):
    return [
        Photo(Path(label) / f"{at}.jpg", (label,), f"{label}{at}")
        for label, count in counts.items()
        for at in range(count)
    ]


def test_a_small_label_is_an_error_that_says_what_to_do():
    with pytest.raises(ModelsError, match="fewer than 10 readable photos of emu: add photos, or"):
        LabelMinimum().apply(photos(cat=10, dog=12, emu=9))


def test_small_labels_are_left_out():
    kept, skipped = LabelMinimum(skip=True).apply(photos(cat=10, dog=12, emu=9))
    assert {photo.label for photo in kept} == {"cat", "dog"}
    assert [each.reason for each in skipped] == ["emu has fewer than 10 photos"] * 9


def test_a_photo_of_several_labels_loses_the_small_ones():
    both = [replace(photo, labels=("cat", "emu")) for photo in photos(cat=3)]
    kept, skipped = LabelMinimum(5, skip=True).apply(photos(dog=5, cat=5) + both)
    assert skipped == ()
    assert {photo.labels for photo in kept} == {("cat",), ("dog",)}


def test_one_label_is_not_enough():
    with pytest.raises(ModelsError, match=r"at least 2 labels of 10 photos or more.* are: cat"):
        LabelMinimum(skip=True).apply(photos(cat=10, emu=9))


def test_many_small_labels_make_one_line():
    with pytest.raises(ModelsError, match="l009 and 990 more") as refused:
        LabelMinimum().apply(photos(**{f"l{at:03}": 5 for at in range(1000)}))
    assert len(str(refused.value)) < 200


def test_labels_that_are_not_trained_on_are_refused():
    test = [replace(photo, part="test") for photo in photos(emu=1)]
    with pytest.raises(ModelsError, match="emu: test photos, and none to train on"):
        require_parts(split(photos(cat=10, dog=10) + test))


def test_an_empty_part_is_refused():
    with pytest.raises(ModelsError, match="there are no validation photos"):
        require_parts(split(photos(cat=5, dog=5)))

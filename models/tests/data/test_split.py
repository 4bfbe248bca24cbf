import hashlib
import random
from dataclasses import replace
from pathlib import Path

import pytest
from vgg16_models.data.photos import Photo
from vgg16_models.data.split import split
from vgg16_models.errors import ModelsError


def photos(count, label="cat", start=0):
    return [
        Photo(
            Path(label) / f"{index}.jpg",
            (label,),
            hashlib.sha256(f"{label}{index}".encode()).hexdigest(),
        )
        for index in range(start, start + count)
    ]


def parts_of(parts):
    return parts.train, parts.validation, parts.test


def test_eighty_ten_ten_of_each_label():
    parts = split(photos(100) + photos(50, "dog"))
    for part, cats, dogs in zip(parts_of(parts), (80, 10, 10), (40, 5, 5), strict=True):
        labels = [photo.label for photo in part]
        assert (labels.count("cat"), labels.count("dog")) == (cats, dogs)


def test_the_remainder_goes_to_train():
    assert [len(part) for part in parts_of(split(photos(19)))] == [17, 1, 1]


def test_every_photo_is_in_one_part_only():
    everything = photos(95) + photos(41, "dog")
    parts = [photo for part in parts_of(split(everything)) for photo in part]
    assert sorted(p.sha256 for p in parts) == sorted(p.sha256 for p in everything)


def test_ten_folds_test_every_photo_once():
    everything = photos(50) + photos(30, "dog")
    tested = [photo.sha256 for fold in range(10) for photo in split(everything, fold).test]
    assert sorted(tested) == sorted(photo.sha256 for photo in everything)


def test_order_and_names_do_not_matter():
    everything = photos(60)
    moved = [Photo(Path("else") / p.path.name, p.labels, p.sha256) for p in everything]
    random.Random(5).shuffle(moved)
    for one, other in zip(parts_of(split(everything)), parts_of(split(moved)), strict=True):
        assert [p.sha256 for p in one] == [p.sha256 for p in other]


def test_duplicates_are_in_the_same_part():
    originals = photos(50)
    copies = [Photo(Path("cat") / f"copy-{p.path.name}", p.labels, p.sha256) for p in originals]
    seen = [{p.sha256 for p in part} for part in parts_of(split(originals + copies))]
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]
    assert sum(map(len, seen)) == 50


def with_part(photos, part):
    return [replace(photo, part=part) for photo in photos]


def test_given_parts_are_kept_and_nothing_more_is_taken_for_them():
    given = with_part(photos(7, start=100), "test") + with_part(photos(5, start=200), "validation")
    parts = split(photos(50) + given)
    assert [len(part) for part in parts_of(parts)] == [50, 5, 7]
    assert {photo.part for photo in parts.test} == {"test"}


def test_what_is_missing_is_taken_from_the_others():
    parts = split(photos(50) + with_part(photos(7, start=100), "test"))
    assert [len(part) for part in parts_of(parts)] == [45, 5, 7]
    parts = split(photos(50) + with_part(photos(7, start=100), "validation"))
    assert [len(part) for part in parts_of(parts)] == [45, 7, 5]


def grouped(groups, size, label="cat"):
    return [
        replace(photo, group=f"{label}-{at // size}")
        for at, photo in enumerate(photos(groups * size, label))
    ]


def groups_of(part):
    return {photo.group for photo in part}


def test_a_group_is_in_one_part():
    parts = split(grouped(30, 5) + grouped(20, 4, "dog"))
    train, validation, test = (groups_of(part) for part in parts_of(parts))
    assert not train & validation
    assert not train & test
    assert not validation & test
    assert len(train | validation | test) == 50
    for part, share in zip(parts_of(parts), (0.8, 0.1, 0.1), strict=True):
        for label, count in (("cat", 150), ("dog", 80)):
            found = sum(photo.label == label for photo in part) / count
            assert found == pytest.approx(share, abs=0.05)


def test_folds_of_groups_test_every_photo_once():
    everything = grouped(12, 3) + photos(20, "dog")
    tested = [photo.sha256 for fold in range(10) for photo in split(everything, fold).test]
    assert sorted(tested) == sorted(photo.sha256 for photo in everything)


def test_few_groups_are_folds_of_their_own():
    parts = split(grouped(3, 10))
    assert [len(groups_of(part)) for part in parts_of(parts)] == [1, 1, 1]
    with pytest.raises(ModelsError, match="are of 2 groups: a split by group needs 3 or more"):
        split(grouped(2, 10))


def test_a_group_in_two_given_parts_is_refused():
    first, *others = grouped(4, 5)
    with pytest.raises(ModelsError, match="the group cat-0 has photos in test and in train"):
        split([replace(first, part="test"), *others])


def test_five_folds():
    everything = photos(50)
    parts = [split(everything, fold, 5) for fold in range(5)]
    assert [len(part) for part in parts_of(parts[0])] == [30, 10, 10]
    assert len({photo.sha256 for each in parts for photo in each.test}) == 50


def test_photos_of_several_labels_are_cut_by_the_rarest():
    several = [replace(photo, labels=("indoor", photo.label)) for photo in photos(40)]
    several += [replace(photo, labels=("dog", "indoor")) for photo in photos(10, "dog")]
    several += [replace(photo, labels=()) for photo in photos(10, "none")]
    for part, size in zip(parts_of(split(several)), (8, 1, 1), strict=True):
        assert sum("dog" in photo.labels for photo in part) == size
        assert sum(not photo.labels for photo in part) == size
        assert sum("cat" in photo.labels for photo in part) == 4 * size

import hashlib
import random
from pathlib import Path

from vgg16_models.data.photos import Photo
from vgg16_models.data.split import split


def photos(count, label="cat", start=0):
    return [
        Photo(
            Path(label) / f"{index}.jpg",
            label,
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
    moved = [Photo(Path("else") / p.path.name, p.label, p.sha256) for p in everything]
    random.Random(5).shuffle(moved)
    for one, other in zip(parts_of(split(everything)), parts_of(split(moved)), strict=True):
        assert [p.sha256 for p in one] == [p.sha256 for p in other]


def test_duplicates_are_in_the_same_part():
    originals = photos(50)
    copies = [Photo(Path("cat") / f"copy-{p.path.name}", p.label, p.sha256) for p in originals]
    seen = [{p.sha256 for p in part} for part in parts_of(split(originals + copies))]
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]
    assert sum(map(len, seen)) == 50

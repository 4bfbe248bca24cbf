import json

import pytest
from vgg16_models.data.listing import ListedFile
from vgg16_models.data.manifest_listing import list_manifest
from vgg16_models.data.photos import PhotoSource, scan
from vgg16_models.errors import ModelsError


@pytest.fixture
def manifest(tmp_path):
    def write(content, name="photos.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text(content, encoding=encoding)
        return path

    return write


def test_a_csv_file(manifest, tmp_path):
    content = "file,label,split,group\na.jpg,cat,train,7\nsub/b.jpg,dog,val,\nc.jpg, dog ,,x y\n"
    assert list_manifest(manifest(content)).files == [
        ListedFile(tmp_path / "a.jpg", ("cat",), "train", "7"),
        ListedFile(tmp_path / "sub/b.jpg", ("dog",), "validation"),
        ListedFile(tmp_path / "c.jpg", ("dog",), "train", "x y"),
    ]


def test_a_jsonl_file(manifest, tmp_path):
    rows = ({"file": "a.jpg", "label": "猫", "group": 7}, {"file": "/b.jpg", "label": "犬"})
    content = "\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    first, second = list_manifest(manifest(content, "photos.jsonl")).files
    assert first == ListedFile(tmp_path / "a.jpg", ("猫",), "train", "7")
    assert str(second.path) == "/b.jpg"


@pytest.mark.parametrize("name", ["photos.csv", "photos.jsonl"])
def test_several_labels_a_photo(manifest, name):
    content = {
        "photos.csv": "file,labels\na.jpg,indoor;cat;cat\nb.jpg,\n",
        "photos.jsonl": '{"file": "a.jpg", "labels": ["indoor", "cat"]}\n'
        '{"file": "b.jpg", "labels": []}',
    }[name]
    listing = list_manifest(manifest(content, name))
    assert listing.multi_label
    assert [file.labels for file in listing.files] == [("cat", "indoor"), ()]


def test_what_spreadsheets_write_is_read(manifest):
    path = manifest('File,Label\r\n"a, b.jpg",cat\r\n', encoding="utf-8-sig")
    (file,) = list_manifest(path).files
    assert (file.path.name, file.labels) == ("a, b.jpg", ("cat",))


def test_a_row_without_a_label_is_skipped(manifest):
    listing = list_manifest(manifest("file,label\na.jpg,\nb.jpg,dog\n"))
    assert [file.path.name for file in listing.files] == ["b.jpg"]
    assert [(each.path.name, each.reason) for each in listing.skipped] == [
        ("a.jpg", "no label in line 2")
    ]


def test_other_columns_are_ignored_and_named(manifest, caplog):
    caplog.set_level("INFO", "vgg16_models")
    list_manifest(manifest("file,label,width,spilt\na.jpg,cat,3,test\n"))
    assert "ignored columns: spilt, width" in caplog.text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "must have the columns file and label, or file and labels; it has none"),
        ("path,label\na.jpg,cat\n", "it has label, path"),
        ("file,label,labels\na.jpg,cat,cat\n", "has both label and labels"),
        ("file,label,split\na.jpg,cat,dev\n", "line 2 has the split 'dev': it must be train"),
        ("file,label\na.jpg,cat,test\n", "line 2 has not 2 values"),
        ("file,label\na.jpg\n", "line 2 has not 2 values"),
        ('file,label\n"a.jpg,cat\n', "is not CSV"),
        ("file,label\n,cat\n", "line 2 has no valid file"),
        ("file,label\na.jpg,c\x1bt\n", r"line 2 has the label 'c\\x1bt': it has non-printable"),
    ],
)
def test_a_wrong_csv_file(manifest, content, expected):
    with pytest.raises(ModelsError, match=expected) as refused:
        list_manifest(manifest(content))
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"file": "a.jpg"\n', "line 1 is not JSON"),
        ("[1]", "line 1 is not a JSON object"),
        ('{"file": "a.jpg", "label": 3}', "line 1 has the label 3: it must be a text"),
        ('{"file": "a.jpg", "labels": {}}', "line 1 has labels that are not a list"),
        ('{"file": "a.jpg", "label": "b", "group": [1]}', "line 1 has the group"),
    ],
)
def test_a_wrong_jsonl_file(manifest, content, expected):
    with pytest.raises(ModelsError, match=expected):
        list_manifest(manifest(content, "photos.jsonl"))


def test_a_manifest_that_is_not_there_or_not_utf8(manifest, tmp_path):
    with pytest.raises(ModelsError, match="can't be read: No such file"):
        list_manifest(tmp_path / "none.csv")
    with pytest.raises(ModelsError, match="is not UTF-8"):
        list_manifest(manifest("file,label\né.jpg,cat\n", encoding="latin-1"))


def test_photos_of_a_manifest(manifest, tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.jpg").write_text(name)
    (tmp_path / "copy.jpg").write_text("a")
    content = "file,label,split\na.jpg,cat,\ncopy.jpg,cat,test\nb.jpg,dog,\nnone.jpg,dog,\n"
    found = scan(manifest(content))
    assert [(p.path.name, p.label, p.part) for p in found.photos] == [
        ("copy.jpg", "cat", "test"),  # and not the one to train on
        ("b.jpg", "dog", "train"),
    ]
    assert {each.path.name: each.reason for each in found.skipped} == {
        "a.jpg": "copy of copy.jpg",
        "none.jpg": "can't be read: No such file or directory",
    }


def test_own_validation_and_test_photos(manifest, tmp_path):
    for path in ("train/cat/a", "train/dog/b", "test/cat/c", "test/dog/copy"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "test/dog/copy").write_text("train/dog/b")
    validation = manifest("file,label\ntrain/cat/a,cat\n")
    found = scan(PhotoSource(tmp_path / "train", validation, tmp_path / "test"))
    assert {(p.path.name, p.part) for p in found.photos} == {
        ("a", "validation"),
        ("c", "test"),
        ("copy", "test"),
    }


def test_parts_with_one_and_with_several_labels_do_not_mix(manifest, tmp_path):
    one, several = (manifest(f"file,{name}\na,b\n", f"{name}.csv") for name in ("label", "labels"))
    with pytest.raises(ModelsError, match="must both have one label a photo, or both"):
        scan(PhotoSource(one, test=several))


def test_a_folder_of_parts_is_not_a_folder_of_classes(tmp_path):
    for part in ("train", "val", "test"):
        (tmp_path / part).mkdir()
    with pytest.raises(ModelsError, match=r"parts of a split, not classes: use --test .*/test "):
        scan(tmp_path)

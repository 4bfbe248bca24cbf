import os
import unicodedata

import pytest
from vgg16_models.data.folder_listing import list_folder
from vgg16_models.data.photos import scan
from vgg16_models.errors import ModelsError


@pytest.fixture
def put(tmp_path):
    """Writes a file with unique content; the name may be bytes."""

    def put(name, content=None):
        path = tmp_path / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content or repr(name))
        return path

    return put


def skipped(folder):
    return {
        os.fsdecode(each.path.relative_to(folder)): each.reason
        for each in list_folder(folder).skipped
    }


def used(folder):
    return [(*file.labels, file.path.name) for file in list_folder(folder).files]


PROGRAMS = "no photo: created by a program"


@pytest.mark.parametrize(
    ("left", "reported", "reason"),
    [
        (".thumbnails/cat0.jpg", ".thumbnails", "hidden"),
        (".ipynb_checkpoints/a-checkpoint.jpg", ".ipynb_checkpoints", "hidden"),
        ("cat/.ipynb_checkpoints/a-checkpoint.jpg", "cat/.ipynb_checkpoints", "hidden"),
        ("cat/2024/.cache/x/a.jpg", "cat/2024/.cache", "hidden"),
        ("cat/._a.jpg", "cat/._a.jpg", "hidden"),
        ("cat/.DS_Store", "cat/.DS_Store", "hidden"),
        (".DS_Store", ".DS_Store", "hidden"),
        ("__MACOSX/cat/._a.jpg", "__MACOSX", PROGRAMS),
        ("cat/__MACOSX/a.jpg", "cat/__MACOSX", PROGRAMS),
        ("cat/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "cat/@eaDir", PROGRAMS),
        ("@eaDir/cat/a.jpg", "@eaDir", PROGRAMS),
        ("cat/Thumbs.db", "cat/Thumbs.db", PROGRAMS),
        ("desktop.ini", "desktop.ini", PROGRAMS),
        ("list.csv", "list.csv", "not in a class's folder"),
    ],
)
def test_system_files_are_skipped(put, tmp_path, left, reported, reason):
    put("cat/a.jpg", "a photo")
    put("dog/b.jpg")
    put(left, "a photo")  # also as a copy it must not take a photo's place
    assert used(tmp_path) == [("cat", "a.jpg"), ("dog", "b.jpg")]
    assert skipped(tmp_path) == {reported: reason}
    assert [photo.path.name for photo in scan(tmp_path).photos] == ["a.jpg", "b.jpg"]


def test_the_topmost_folder_is_the_class(put, tmp_path):
    put("cat/a.jpg")
    put("cat/2024/b.jpg")
    put("cat/2024/may/c.jpg")
    put("dog/2024/d.jpg")
    assert used(tmp_path) == [
        ("cat", "b.jpg"),
        ("cat", "c.jpg"),
        ("cat", "a.jpg"),
        ("dog", "d.jpg"),
    ]
    assert skipped(tmp_path) == {}


def test_a_name_that_is_not_utf8_is_a_file_like_any_other(put, tmp_path, caplog):
    put(b"cat/caf\xe9.jpg", "same")
    put("cat/z.jpg", "same")
    put("dog/d.jpg")
    found = scan(tmp_path)
    assert [os.fsencode(photo.path.name) for photo in found.photos] == [b"caf\xe9.jpg", b"d.jpg"]
    assert "z.jpg: copy of caf\\xe9.jpg" in caplog.text


def test_a_class_that_is_not_utf8_is_refused(put, tmp_path):
    put(b"caf\xe9/a.jpg")
    with pytest.raises(ModelsError, match="is not UTF-8: rename it") as refused:
        scan(tmp_path)
    assert str(refused.value).isprintable()


def test_a_class_with_control_characters_is_refused(put, tmp_path):
    put("cat\x1b[31m/a.jpg")
    with pytest.raises(ModelsError, match="non-printable") as refused:
        scan(tmp_path)
    assert str(refused.value).isprintable()


def test_accents_are_composed_and_names_that_then_collide_are_refused(put, tmp_path):
    composed = unicodedata.normalize("NFC", "caf\u00e9")
    decomposed = unicodedata.normalize("NFD", composed)
    put(f"{decomposed}/a.jpg")
    assert used(tmp_path) == [(composed, "a.jpg")]
    put(f"{composed}/b.jpg")
    with pytest.raises(ModelsError, match="occurs 2 times"):
        list_folder(tmp_path)


def test_links_to_files_and_classes_are_followed(put, tmp_path):
    put("cat/a.jpg")
    elsewhere = put("../elsewhere/dogs/d.jpg").parent
    (tmp_path / "dog").symlink_to(elsewhere)
    (tmp_path / "cat" / "linked.jpg").symlink_to(elsewhere / "d.jpg")
    (tmp_path / "cat" / "round").symlink_to(tmp_path)
    (tmp_path / "cat" / "gone.jpg").symlink_to(tmp_path / "nowhere")
    assert used(tmp_path) == [("cat", "a.jpg"), ("cat", "linked.jpg"), ("dog", "d.jpg")]
    assert skipped(tmp_path) == {
        "cat/round": "a link to a folder",
        "cat/gone.jpg": "a broken link",
    }


def test_reasons(put, tmp_path):
    put("cat/a.jpg")
    (tmp_path / "cat" / "empty.jpg").write_bytes(b"")
    os.mkfifo(tmp_path / "cat" / "pipe.jpg")
    (tmp_path / "bird").mkdir()
    assert {each.path.name: each.reason for each in scan(tmp_path).skipped} == {
        "empty.jpg": "empty",
        "pipe.jpg": "not a regular file",
        "bird": "no photos in it",
    }


def test_unreadable_folders_are_skipped(put, tmp_path, monkeypatch):
    put("cat/a.jpg")
    locked = put("cat/locked/b.jpg").parent
    scandir = os.scandir

    def refuse(path):
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert skipped(tmp_path) == {"cat/locked": "can't be read: Permission denied"}


def test_reasons_are_logged_when_no_photo_is_left(put, tmp_path, caplog):
    put("photo.jpg")
    (tmp_path / "cat").mkdir()
    with pytest.raises(ModelsError, match="one sub-folder a class"):
        scan(tmp_path)
    assert "photo.jpg: not in a class's folder" in caplog.text


def test_a_folder_without_classes(put, tmp_path, caplog):
    for number in range(30):
        put(f"{number}.jpg")
    with pytest.raises(ModelsError, match="has 30 files and no sub-folders: it must have one sub"):
        scan(tmp_path)
    assert not caplog.records

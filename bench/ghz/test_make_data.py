"""The output of make-data.py, read by an independent decoder."""

import importlib.util
import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("make-data.py")
_spec = importlib.util.spec_from_file_location("make_data", SCRIPT)
assert _spec is not None
assert _spec.loader is not None
make_data = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_data)


class Reader:
    """Reads Protocol Buffers' wire format."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def varint(self) -> int:
        value = 0
        for shift in range(0, 64, 7):
            byte = self.data[self.at]
            self.at += 1
            value += (byte % 128) * 2**shift
            if byte < 128:
                return value
        raise AssertionError("a varint of more than 64 bits")

    def chunk(self) -> bytes:
        length = self.varint()
        chunk = self.data[self.at : self.at + length]
        assert len(chunk) == length, "cut short"
        self.at += length
        return chunk

    def fields(self) -> list[tuple[int, int | bytes]]:
        found: list[tuple[int, int | bytes]] = []
        while self.at < len(self.data):
            number, wire_type = divmod(self.varint(), 8)
            assert wire_type in (0, 2)
            found.append((number, self.varint() if wire_type == 0 else self.chunk()))
        return found


def fields(message: int | bytes) -> list[tuple[int, int | bytes]]:
    assert isinstance(message, bytes)
    return Reader(message).fields()


def messages(path: Path) -> list[bytes]:
    reader = Reader(path.read_bytes())
    found = []
    while reader.at < len(reader.data):
        found.append(reader.chunk())
    return found


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    (folder / "cats").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(b"A" * 200)
    (folder / "b.PNG").write_bytes(b"")
    (folder / "cats" / "c.webp").write_bytes(bytes(range(256)) * 300)
    (folder / "notes.txt").write_text("no image")
    return folder


def run(out: Path, *arguments: object) -> list[bytes]:
    assert make_data.main(["--out", str(out), *map(str, arguments)]) == 0
    return messages(out)


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**32 - 1, 2**63])
def test_a_varint_reads_back(value: int) -> None:
    assert Reader(make_data.varint(value)).varint() == value


def test_varints_are_those_of_the_specification() -> None:
    assert make_data.varint(1) == b"\x01"
    assert make_data.varint(150) == b"\x96\x01"
    assert make_data.varint(300) == b"\xac\x02"


def test_a_classify_request_per_image(images: Path, tmp_path: Path) -> None:
    read = run(tmp_path / "out", "--images", images)

    expected = [(images / name).read_bytes() for name in ("a.jpg", "b.PNG", "cats/c.webp")]
    assert [fields(m) for m in read] == [
        [(1, make_data.bytes_field(1, image))] for image in expected
    ]
    assert [fields(fields(m)[0][1]) for m in read] == [[(1, image)] for image in expected]


def test_each_request_has_the_heads_in_order(images: Path, tmp_path: Path) -> None:
    read = run(tmp_path / "out", "--images", images, "--head", "cats@1", "--head", "dögs")

    assert len(read) == 3
    for request in read:
        assert fields(request)[1:] == [(2, b"cats@1"), (2, "dögs".encode())]


def test_an_extract_request_has_the_image_alone(images: Path, tmp_path: Path) -> None:
    read = run(tmp_path / "out", "--message", "extract", "--images", images, "--head", "x")

    assert [len(fields(m)) for m in read] == [1, 1, 1]


def test_limit_uses_the_first_images(images: Path, tmp_path: Path) -> None:
    read = run(tmp_path / "out", "--images", images, "--limit", 1)

    assert read == [make_data.classify_request(b"A" * 200)]


def test_count_cycles_through_the_images(images: Path, tmp_path: Path) -> None:
    read = run(tmp_path / "out", "--images", images, "--count", 7)

    assert len(read) == 7
    assert read[0] == read[3] == read[6]
    assert len(set(read)) == 3


def test_items_of_a_stream_have_unique_ids(images: Path, tmp_path: Path) -> None:
    read = run(tmp_path / "out", "--message", "classify-stream", "--images", images, "--count", 5)

    items = [dict(fields(m)) for m in read]
    assert [item[1] for item in items] == [b"0", b"1", b"2", b"3", b"4"]
    assert items[3][2] == make_data.classify_request(b"A" * 200)


def test_a_score_request_has_maps_of_the_backbone(tmp_path: Path) -> None:
    manifest = tmp_path / "backbone.json"
    manifest.write_text(json.dumps({"id": "vgg16-160-tf-0123456789ab"}))
    arguments = ("--message", "score", "--backbone", manifest, "--maps", 2, "--count", 3)
    read = run(tmp_path / "out", *arguments, "--head", "cats")

    assert len(read) == 3
    for request in read:
        (maps_number, maps), (selections_number, selection) = fields(request)
        assert (maps_number, selections_number) == (1, 2)
        assert fields(selection) == [(1, b"cats")]
        found = dict(fields(maps))
        assert found.keys() == {1, 2, 3, 4}
        assert (found[1], found[2], found[3]) == (b"vgg16-160-tf-0123456789ab", 1, 2)
        data = found[4]
        assert isinstance(data, bytes)
        floats = struct.unpack(f"<{2 * 5 * 5 * 512}f", data)
        assert min(floats) == 0.0
        assert max(floats) > 0.0
    assert run(tmp_path / "again", *arguments, "--head", "cats") == read


def test_without_a_selection_the_default_head_scores(tmp_path: Path) -> None:
    (read,) = run(tmp_path / "out", "--message", "score", "--maps", 1, "--count", 1)

    assert [number for number, _ in fields(read)] == [1]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--images", "no-such-folder"], 1, "no such folder"),
        (["--images", "."], 1, "no JPEG, PNG or WebP file"),
        (["--message", "score", "--backbone", "none.json"], 1, "has no valid id"),
        (["--message", "classify"], 2, "needs --images"),
        (["--images", ".", "--limit", "0"], 2, "--limit"),
    ],
)
def test_invalid_options_are_one_line(
    tmp_path: Path, arguments: list[str], status: int, message: str
) -> None:
    result = subprocess.run(
        [sys.executable, SCRIPT, "--out", "out.bin", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == status
    assert message in result.stderr
    assert "Traceback" not in result.stderr

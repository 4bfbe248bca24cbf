#!/usr/bin/env python3
"""Writes the request data of a ghz run (its option -B): length-delimited messages.

    make-data.py --message classify --images samples --out target/classify.bin

Needs no packages: the few fields of the requests are encoded here. Unary calls cycle through the
requests; a streaming call sends all of them.
"""

import argparse
import itertools
import json
import random
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
DEFAULT_BACKBONE = Path(__file__).resolve().parents[2] / "models/backbones/vgg16-160/backbone.json"
MAP_FLOATS = 5 * 5 * 512
DATA_TYPE_FLOAT32 = 1


class UsageError(Exception):
    """Invalid options; the message is printed in one line."""


# --- The wire format of Protocol Buffers.


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def bytes_field(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value


def text_field(number: int, value: str) -> bytes:
    return bytes_field(number, value.encode())


def uint_field(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


# --- Requests; the field numbers are those of proto/src/main/proto/vgg16/v1.


def classify_request(image: bytes, heads: Iterable[str] = ()) -> bytes:
    """A ClassifyRequest; without heads it is an ExtractRequest as well."""
    encoded = bytes_field(1, image)
    return bytes_field(1, encoded) + b"".join(text_field(2, head) for head in heads)


def stream_request(item_id: str, request: bytes) -> bytes:
    """A ClassifyStreamRequest."""
    return text_field(1, item_id) + bytes_field(2, request)


def score_request(backbone: str, count: int, data: bytes, heads: Iterable[str] = ()) -> bytes:
    """A ScoreRequest."""
    maps = (
        text_field(1, backbone)
        + uint_field(2, DATA_TYPE_FLOAT32)
        + uint_field(3, count)
        + bytes_field(4, data)
    )
    selection = b"".join(text_field(1, head) for head in heads)
    return bytes_field(1, maps) + (bytes_field(2, selection) if selection else b"")


# --- Their contents.


def find_images(folder: Path, limit: int | None = None) -> list[Path]:
    """The images in a folder and its sub-folders, sorted by name."""
    if not folder.is_dir():
        raise UsageError(f"--images {folder}: no such folder")
    images = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    if not images:
        raise UsageError(f"--images {folder}: no JPEG, PNG or WebP files")
    return images[:limit]


def backbone_id(manifest: Path) -> str:
    try:
        return str(json.loads(manifest.read_text())["id"])
    except (OSError, ValueError, KeyError) as e:
        raise UsageError(f"--backbone {manifest}: has no valid id: {e}") from e


def synthetic_maps(count: int, generator: random.Random) -> bytes:
    """Maps with the shape, sign and sparsity of a backbone's, for the same time of scoring."""
    floats = [
        generator.expovariate(1.0) if generator.random() < 0.2 else 0.0
        for _ in range(count * MAP_FLOATS)
    ]
    return struct.pack(f"<{len(floats)}f", *floats)


def requests(args: argparse.Namespace) -> Iterator[bytes]:
    heads = args.head or []
    if args.message == "score":
        backbone = backbone_id(args.backbone)
        generator = random.Random(1)
        for _ in range(args.count or 8):
            yield score_request(backbone, args.maps, synthetic_maps(args.maps, generator), heads)
        return
    images = [path.read_bytes() for path in find_images(args.images, args.limit)]
    for i, image in enumerate(itertools.islice(itertools.cycle(images), args.count or len(images))):
        request = classify_request(image, heads if args.message != "extract" else ())
        yield stream_request(str(i), request) if args.message == "classify-stream" else request


def write_delimited(messages: Iterable[bytes], out: Path) -> int:
    """Writes each message after its length; returns their number."""
    out.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with out.open("wb") as file:
        for message in messages:
            file.write(varint(len(message)) + message)
            written += 1
    return written


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Write the binary request data of a ghz run.", allow_abbrev=False
    )
    parser.add_argument(
        "--message",
        choices=["classify", "extract", "classify-stream", "score"],
        default="classify",
        help="kind of request (default: classify)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="output file")
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of images")
    parser.add_argument("--limit", type=positive, metavar="N", help="use the first N images")
    parser.add_argument(
        "--count",
        type=positive,
        metavar="N",
        help="number of requests, cycling through the images (default: one per image; 8 for score)",
    )
    parser.add_argument(
        "--head", action="append", metavar="NAME", help="head to score with; may be repeated"
    )
    parser.add_argument(
        "--maps", type=positive, default=8, metavar="N", help="score: maps per request (default: 8)"
    )
    parser.add_argument(
        "--backbone",
        type=Path,
        default=DEFAULT_BACKBONE,
        metavar="FILE",
        help="score: backbone.json whose id the maps have (default: vgg16-160's)",
    )
    args = parser.parse_args(arguments)
    if args.message != "score" and args.images is None:
        parser.error(f"--message {args.message} needs --images")
    return args


def main(arguments: list[str]) -> int:
    args = parse(arguments)
    try:
        written = write_delimited(requests(args), args.out)
    except (UsageError, OSError) as e:
        print(f"make-data.py: {e}", file=sys.stderr)
        return 1
    print(f"{args.out}: {written} requests, {args.out.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Makes what the fuzzing of images starts from. Needs Pillow: python make_seeds.py"""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

RESOURCES = Path(__file__).parent.parent
FOLDER = RESOURCES / "dev/vgg16/feature/image/ImageReaderJazzerTestInputs/readsOrRefuses"
SIZE = (20, 12)


def gradient(mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", SIZE)
    for y in range(SIZE[1]):
        for x in range(SIZE[0]):
            image.putpixel((x, y), (x * 10, y * 15, 128))
    return image.convert(mode)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: bytes, size: tuple[int, int] = SIZE) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


def rows(size: tuple[int, int] = SIZE) -> bytes:
    return zlib.compress(bytes(size[1] * (1 + 3 * size[0])), 9)


def apng() -> bytes:
    place = struct.pack(">IIIIHHBB", *SIZE, 0, 0, 1, 10, 0, 0)
    return png(
        chunk(b"acTL", struct.pack(">II", 2, 0)),
        chunk(b"fcTL", struct.pack(">I", 0) + place),
        chunk(b"IDAT", rows()),
        chunk(b"fcTL", struct.pack(">I", 1) + place),
        chunk(b"fdAT", struct.pack(">I", 2) + rows()),
    )


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(data)) + data


def frame(width: int, height: int) -> bytes:
    return segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")


def with_segment(jpeg: bytes, more: bytes) -> bytes:
    return jpeg[:2] + more + jpeg[2:]


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP"
    for kind, data in chunks:
        body += kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def extended(flags: int, width: int, height: int) -> tuple[bytes, bytes]:
    sides = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return b"VP8X", bytes([flags, 0, 0, 0]) + sides


def animated_webp() -> bytes:
    still = encoded(gradient(), "WEBP", lossless=True)[12:]
    sides = struct.pack("<I", SIZE[0] - 1)[:3] + struct.pack("<I", SIZE[1] - 1)[:3]
    one = b"\0" * 6 + sides + b"\x64\0\0\0" + still
    return webp(extended(2, *SIZE), (b"ANIM", bytes(6)), (b"ANMF", one), (b"ANMF", one))


jpeg = encoded(gradient(), "JPEG", quality=80)
large = encoded(Image.new("L", (400, 400)), "JPEG")
baseline = {
    "baseline.jpg": jpeg,
    "progressive.jpg": encoded(gradient(), "JPEG", progressive=True),
    "grey.jpg": encoded(gradient("L"), "JPEG"),
    "cmyk.jpg": encoded(gradient("CMYK"), "JPEG"),
    "restarts.jpg": encoded(gradient(), "JPEG", restart_marker_blocks=1),
    "turned.jpg": encoded(gradient(), "JPEG", exif=exif(6)),
    "rgb.png": encoded(gradient(), "PNG"),
    "palette.png": encoded(gradient("P"), "PNG", transparency=3),
    "grey16.png": encoded(gradient("L").convert("I;16"), "PNG"),
    "alpha.png": encoded(gradient("RGBA"), "PNG"),
    "turned.png": encoded(gradient(), "PNG", exif=exif(8)),
    "animated.png": apng(),
    "lossy.webp": encoded(gradient(), "WEBP"),
    "lossless.webp": encoded(gradient(), "WEBP", lossless=True),
    "alpha.webp": encoded(gradient("RGBA"), "WEBP", exif=exif(3)),
    "animated.webp": animated_webp(),
    "still.gif": encoded(gradient("P"), "GIF"),
    "animated.gif": encoded(
        gradient("P"), "GIF", save_all=True, append_images=[Image.new("P", SIZE)]
    ),
}
hostile = {
    "bomb.jpg": b"\xff\xd8" + frame(60000, 60000) + b"\xff\xd9",
    "bomb.png": png(chunk(b"IDAT", rows()), size=(60000, 60000)),
    "deflated-bomb.png": png(chunk(b"IDAT", zlib.compress(bytes(8 << 20), 9)), size=(60000, 60000)),
    "bomb.webp": webp(extended(0, 1 << 24, 1 << 24), (b"VP8L", bytes(16))),
    "deflated.png": png(chunk(b"IDAT", zlib.compress(bytes(1 << 20), 9))),
    "text-bomb.png": png(
        chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(4 << 20), 9)), chunk(b"IDAT", rows())
    ),
    "long-chunk.png": png(b"\xff\xff\x00\x1d" + chunk(b"IDAT", rows())[4:]),
    "short-frame.png": png(
        chunk(b"acTL", struct.pack(">II", 2, 0)), chunk(b"fcTL", b""), chunk(b"fdAT", b"")
    ),
    "profile-garbage.png": png(
        chunk(b"iCCP", b"a\0\0" + zlib.compress(b"no profile", 9)), chunk(b"IDAT", rows())
    ),
    "profile-garbage.jpg": with_segment(jpeg, segment(0xE2, b"ICC_PROFILE\0\x01\xff" + b"x" * 60)),
    "exif-garbage.jpg": with_segment(
        jpeg, segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff\xff\xff\x01\x12")
    ),
    "archive.jpg": jpeg + b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18),
    "script.gif": b"GIF89a/*" + bytes(8) + b"*/=1;alert(1)",
    "truncated.jpg": jpeg[: len(jpeg) * 2 // 3],
    "truncated.png": baseline["rgb.png"][:60],
    "truncated.webp": baseline["lossy.webp"][:80],
    # To a decoder FF 00 is no marker, but two bytes to pass over: the first frame is what counts.
    "hidden-frame.jpg": b"\xff\xd8\xff\x00"
    + struct.pack(">H", len(large))
    + large[2:]
    + frame(*SIZE),
}
# Of the cases, those that our own reading of headers makes the most of.
kinds = (
    "1100000x4.png",
    "cmyk-no-adobe.jpg",
    "exif-6-after-idat.png",
    "exif-6-after-xmp.jpg",
    "exif-6-long-be.jpg",
    "exif-6-with-prefix.png",
    "exif-6-with-prefix.webp",
    "exif-6-zero-padding.jpg",
    "iend-bad-crc.png",
    "segment-longer-than-told.jpg",
    "stray-00e1-segment.jpg",
    "stray-ff00-between-segments.jpg",
    "tiny-black-lossless-28-bytes.webp",
    "zero-padding-between-segments.jpg",
)
odd = {name: (Path(__file__).parent / "cases" / name).read_bytes() for name in kinds}
FOLDER.mkdir(parents=True, exist_ok=True)
for name, file in (baseline | hostile | odd).items():
    (FOLDER / name).write_bytes(file)

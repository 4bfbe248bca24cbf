import io
import struct
import zlib

import keras
import numpy as np
import pytest
from PIL import Image, ImageOps
from vgg16_models.backbone.pixel_scaling import MODES
from vgg16_models.backbone.preprocessing import preprocess, resize, scale
from vgg16_models.data.decoder import decode_image
from vgg16_models.errors import UndecodableError


def encoded(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(height, width, channels=3):
    return np.random.default_rng(4).integers(0, 256, (height, width, channels), dtype=np.uint8)


def bilinear(rgb, side):
    """Bilinear with half-pixel centres and no antialiasing, written from its definition."""

    def axis(length):
        at = np.clip((np.arange(side) + 0.5) * length / side - 0.5, 0, length - 1)
        low = np.floor(at).astype(int)
        return low, np.minimum(low + 1, length - 1), at - low

    rgb = rgb.astype(np.float64)
    top, bottom, down = axis(rgb.shape[0])
    left, right, across = axis(rgb.shape[1])
    down, across = down[:, None, None], across[None, :, None]
    rows = rgb[top] * (1 - down) + rgb[bottom] * down
    return rows[:, left] * (1 - across) + rows[:, right] * across


@pytest.mark.parametrize("shape", [(160, 160), (400, 450), (333, 97), (20, 700), (1, 1), (2, 3)])
def test_resize_is_plain_bilinear(shape):
    rgb = noise(*shape)
    # TensorFlow's coordinates are float32: 1e-5 of a pixel off, where neighbours differ by 255.
    np.testing.assert_allclose(resize(rgb), bilinear(rgb, 160), rtol=0, atol=1e-2)


@pytest.mark.parametrize("mode", MODES)
def test_scale_is_keras_mode_of_that_name(mode):
    rgb = noise(8, 8).astype(np.float32)
    wanted = keras.applications.imagenet_utils.preprocess_input(rgb.copy(), mode=mode)
    np.testing.assert_allclose(scale(rgb, mode), wanted, rtol=0, atol=1e-6)
    assert scale(rgb, mode).dtype == np.float32


def test_pixels_are_float32_between_minus_one_and_one():
    black_and_white = np.zeros((160, 160, 3), np.uint8)
    black_and_white[80:] = 255
    pixels = preprocess(encoded(Image.fromarray(black_and_white)))
    assert pixels.dtype == np.float32
    assert pixels.shape == (160, 160, 3)
    assert (pixels[0, 0] == -1).all()
    assert (pixels[-1, -1] == 1).all()


def test_png_decodes_losslessly():
    rgb = noise(31, 17)
    np.testing.assert_array_equal(decode_image(encoded(Image.fromarray(rgb))), rgb)


def test_jpeg_decodes_as_libjpegs_accurate_dct_does():
    data = encoded(Image.fromarray(noise(48, 64)), "JPEG", subsampling=0)
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(decode_image(data), np.asarray(image))


@pytest.mark.parametrize("mode", ["L", "RGBA", "CMYK", "P", "1"])
def test_every_color_type_is_converted_to_rgb(mode):
    image = Image.fromarray(noise(20, 30)).convert(mode)
    data = encoded(image, "JPEG" if mode == "CMYK" else "PNG")
    assert decode_image(data).shape == (20, 30, 3)


def test_webp_decodes_as_libwebp_does():
    rgb = noise(31, 17)
    data = encoded(Image.fromarray(rgb), "WEBP", lossless=True)
    np.testing.assert_array_equal(decode_image(data), rgb)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_undone(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(Image.fromarray(noise(16, 24)), kind, exif=exif)
    with Image.open(io.BytesIO(data)) as image:
        upright = np.asarray(ImageOps.exif_transpose(image))
    np.testing.assert_array_equal(decode_image(data), upright)


def test_an_orientation_out_of_range_means_upright():
    exif = Image.Exif()
    exif[0x0112] = 9
    rgb = noise(16, 24)
    np.testing.assert_array_equal(decode_image(encoded(Image.fromarray(rgb), exif=exif)), rgb)


def png_header(width, height):
    def chunk(kind, body):
        crc = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")


JPEG = encoded(Image.fromarray(noise(64, 64)), "JPEG")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"not an image", "is not an image of a known format"),
        (encoded(Image.fromarray(noise(8, 8)), "GIF"), "is a GIF, which is not supported"),
        (JPEG[: len(JPEG) // 2], "is a JPEG that can't be decoded: it is truncated or damaged"),
        (JPEG[:3], "is a damaged JPEG"),
        (encoded(Image.fromarray(noise(64, 64)))[:200], "is a PNG that can't be decoded"),
        (png_header(50_000, 50_000), "is a PNG of 50,000 x 50,000 pixels"),
    ],
    ids=["empty", "text", "gif", "half-jpeg", "jpeg-magic", "half-png", "huge-png"],
)
def test_undecodable_data(data, reason):
    with pytest.raises(UndecodableError, match=reason):
        decode_image(data)

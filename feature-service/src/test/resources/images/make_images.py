"""Makes the odd images of the tests. Needs Pillow: python make_images.py"""

from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parent


def gradient(mode: str, size: tuple[int, int] = (24, 16)) -> Image.Image:
    """An image whose red grows to the right and whose green grows downwards."""
    image = Image.new("RGB", size)
    for y in range(size[1]):
        for x in range(size[0]):
            image.putpixel((x, y), (x * 10, y * 15, 128))
    return image.convert(mode)


gradient("CMYK").save(FOLDER / "cmyk.jpg", quality=95)
gradient("L").save(FOLDER / "grey.jpg", quality=95)
gradient("RGB").save(FOLDER / "progressive.jpg", quality=95, progressive=True)
gradient("RGB").save(FOLDER / "lossless.webp", lossless=True)
gradient("RGB").save(FOLDER / "lossy.webp", quality=95)
gradient("RGBA").save(FOLDER / "alpha.webp", lossless=True, exact=True)
gradient("P").save(FOLDER / "palette.png")
gradient("RGB").save(FOLDER / "still.gif")

"""Synthetic images, out of distribution: a novelty score should separate them from photos."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

HEIGHT, WIDTH = 300, 400

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
"""[HEIGHT,WIDTH,3], RGB."""

_WORDS = ("a", "page", "of", "words", "that", "say", "nothing", "about", "any", "picture", "here")


def uniform_noise(random: np.random.Generator) -> Pixels:
    """Independent uniform values."""
    return _pixels(random.uniform(0, 256, (HEIGHT, WIDTH, 3)))


def gaussian_noise(random: np.random.Generator) -> Pixels:
    """Normal values around a grey; half of the images are greyscale."""
    channels = random.choice([1, 3])
    noise = random.normal(
        random.uniform(60, 200), random.uniform(10, 60), (HEIGHT, WIDTH, channels)
    )
    return _pixels(np.broadcast_to(noise, (HEIGHT, WIDTH, 3)))


def blocks(random: np.random.Generator) -> Pixels:
    """Uniform noise in squares of 20 pixels."""
    coarse = random.uniform(0, 256, (HEIGHT // 20, WIDTH // 20, 3))
    return _pixels(coarse.repeat(20, axis=0).repeat(20, axis=1))


def flat(random: np.random.Generator) -> Pixels:
    """One colour."""
    return _pixels(np.broadcast_to(random.uniform(0, 256, 3), (HEIGHT, WIDTH, 3)))


def gradient(random: np.random.Generator) -> Pixels:
    """A linear gradient between two colours, vertical or horizontal."""
    steps = (
        np.linspace(0, 1, HEIGHT)[:, None] if random.random() < 0.5 else np.linspace(0, 1, WIDTH)
    )
    start, end = random.uniform(0, 256, (2, 3))
    return _pixels(start + (end - start) * np.broadcast_to(steps, (HEIGHT, WIDTH))[..., None])


def checkerboard(random: np.random.Generator) -> Pixels:
    """A checkerboard of two colours."""
    side = random.integers(5, 50)
    odd = (np.arange(HEIGHT)[:, None] // side + np.arange(WIDTH) // side) % 2
    return _pixels(random.uniform(0, 256, (2, 3))[odd])


def clouds(random: np.random.Generator) -> Pixels:
    """Fractal noise, independent in each channel."""
    return _pixels(np.stack([_fractal(random, HEIGHT, 1.5) for _ in range(3)], axis=-1) * 255)


def sky_and_ground(random: np.random.Generator) -> Pixels:
    """Two gradients that meet at a horizon, with slight noise."""
    horizon = int(HEIGHT * random.uniform(0.3, 0.7))
    ground = np.array([80, 130, 50]) + random.normal(0, 20, 3)
    colours = [(0, [90, 150, 230]), (horizon, [200, 220, 245]), (horizon + 1, ground)]
    rows, values = zip(*colours, (HEIGHT - 1, ground * 0.6), strict=True)
    down = np.stack(
        [np.interp(np.arange(HEIGHT), rows, channel) for channel in np.transpose(values)], axis=-1
    )
    return _pixels(down[:, None] + random.normal(0, 3, (HEIGHT, WIDTH, 3)))


def landscape(random: np.random.Generator) -> Pixels:
    """A cloudy sky over three textured ridges: the most similar to a photo."""
    cloudy = _fractal(random, HEIGHT, 1.8)[..., None]
    picture = np.array([100, 150, 225]) * (1 - cloudy) + 250 * cloudy
    for ridge in range(3):
        heights = _fractal(random, 2, 1.3)[0]
        top = HEIGHT * (0.35 + 0.2 * ridge + 0.3 * (heights - 0.5))
        colour = np.array([60 + 20 * ridge, 110 - 10 * ridge, 50 + 10 * ridge])
        textured = (
            colour * random.uniform(0.7, 1.3) * (0.5 + _fractal(random, HEIGHT, 1.2))[..., None]
        )
        below = np.arange(HEIGHT)[:, None] >= top
        picture = np.where(below[..., None], textured, picture)
    return _pixels(picture)


def text(random: np.random.Generator) -> Pixels:
    """A page of words."""
    page = Image.new("RGB", (WIDTH, HEIGHT), tuple(random.integers(200, 256, 3).tolist()))
    draw = ImageDraw.Draw(page)
    size = int(random.integers(10, 26))
    for y in range(10, HEIGHT - 10, int(size * 1.4)):
        line = " ".join(random.choice(_WORDS, WIDTH * 2 // size // 4))
        draw.text((10, y), line, fill="black", font=ImageFont.load_default(size))
    return np.asarray(page)


def drawing(random: np.random.Generator) -> Pixels:
    """Lines, boxes and ellipses on white."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(page)
    for _ in range(12):
        x, y, to_x, to_y = (random.uniform(0, 1, 4) * [WIDTH, HEIGHT, WIDTH, HEIGHT]).tolist()
        width, height = random.integers(20, 120, 2).tolist()
        colour = tuple(random.integers(0, 256, 3).tolist())
        shape = draw.rectangle if random.random() < 0.5 else draw.ellipse
        fill = colour if random.random() < 0.5 else None
        shape((x, y, x + width, y + height), fill=fill, outline=colour)
        draw.line((x, y, to_x, to_y), fill=colour, width=2)
    return np.asarray(page)


GENERATORS: tuple[Callable[[np.random.Generator], Pixels], ...] = (
    uniform_noise,
    gaussian_noise,
    blocks,
    flat,
    gradient,
    checkerboard,
    clouds,
    sky_and_ground,
    landscape,
    text,
    drawing,
)


def _fractal(random: np.random.Generator, height: int, exponent: float) -> np.ndarray:
    """Noise [height,WIDTH] in [0,1], whose amplitude falls with this power of the frequency."""
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(WIDTH))
    frequency[0, 0] = np.inf
    spectrum = np.fft.fft2(random.normal(size=(height, WIDTH))) / frequency**exponent
    waves = np.fft.ifft2(spectrum).real
    return (waves - waves.min()) / np.ptp(waves)


def _pixels(numbers: np.ndarray) -> Pixels:
    return np.clip(numbers, 0, 255).astype(np.uint8)

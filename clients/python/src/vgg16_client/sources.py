"""The images that a caller means by a folder, a file, or a list of both."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias, cast

import numpy as np

from .errors import ConfigurationError
from .images import ImageLike, is_encoded

Images: TypeAlias = "ImageLike | Iterable[ImageLike]"
"""A folder, of which all images below are meant, sorted by path; or any iterable of images and
folders, which is read only as fast as they are sent."""

EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(frozen=True)
class Sources:
    """Images in their order, and how many there are, where that is known."""

    images: Iterator[ImageLike]
    total: int | None


def sources(images: Images) -> Sources:
    """Raises ConfigurationError for a folder without images."""
    if is_encoded(cast(ImageLike, images)):
        found = _expand(cast(ImageLike, images))
        return Sources(iter(found), len(found))
    if (isinstance(images, np.ndarray) and images.ndim == 4) or not _is_array(images):
        return _of_many(cast(Iterable[ImageLike], images))
    return Sources(iter([cast(ImageLike, images)]), 1)


def _is_array(images: object) -> bool:
    """An image of numpy or PIL; neither is iterated over."""
    return isinstance(images, np.ndarray) or hasattr(images, "getbands")


def _of_many(images: Iterable[ImageLike]) -> Sources:
    if not isinstance(images, Iterable):
        raise ConfigurationError(f"a {type(images).__name__} is neither an image nor many")
    if isinstance(images, Sequence | np.ndarray):
        expanded = list(chain.from_iterable(map(_expand, images)))
        return Sources(iter(expanded), len(expanded))
    total = len(images) if isinstance(images, Sized) else None
    return Sources(chain.from_iterable(map(_expand, images)), total)


def _expand(image: ImageLike) -> Sequence[ImageLike]:
    if isinstance(image, (str, os.PathLike)) and Path(image).is_dir():
        return image_files(Path(image))
    return [image]


def image_files(folder: Path) -> list[Path]:
    """The files below that have the extension of an image. Links are followed."""
    found = []
    visited = set()
    for path, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(path)
        if real in visited:
            folders.clear()
            continue
        visited.add(real)
        found += [Path(path, name) for name in names if name.lower().endswith(EXTENSIONS)]
    if not found:
        raise ConfigurationError(
            f"no images: there is no .jpg, .jpeg, .png or .webp file in {str(folder)!r}"
        )
    return sorted(found)

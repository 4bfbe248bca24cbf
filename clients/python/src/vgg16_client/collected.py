"""The results of many images, in the order of the images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from .errors import Vgg16Error
from .items import Item
from .results import Classification, FeatureMap, HeadScores

if TYPE_CHECKING:
    import pandas as pd

R = TypeVar("R")


@dataclass(frozen=True)
class Collected(Generic[R]):
    """A result for each image. Iterating over it gives the results, and raises one that failed;
    `items` has also the paths and the errors."""

    items: tuple[Item[R], ...]

    @classmethod
    def of(cls, items: Iterable[Item[R]]) -> Self:
        return cls(tuple(sorted(items, key=lambda item: item.index)))

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> R:
        return self.items[index].value

    def __iter__(self) -> Iterator[R]:
        return (item.value for item in self.items)

    @property
    def failed(self) -> tuple[Item[R], ...]:
        """The images without a result."""
        return tuple(item for item in self.items if item.error is not None)


class Classifications(Collected[Classification]):
    """The scores of many images."""

    def to_pandas(self) -> pd.DataFrame:
        """A row for each image and head: its best class, or the error. Needs pandas.

        Columns: source, head, version, label, score, distance, threshold, error. The last four are
        missing where there is no such value.
        """
        rows = [row for item in self.items for row in _rows(item)]
        return _frame(rows, _COLUMNS)

    def scores_to_pandas(self) -> pd.DataFrame:
        """A row for each image, head and class that was answered. Needs pandas.

        Columns: source, head, version, label, index, score.
        """
        rows = [
            (item.source, head.head, head.version, each.label, each.index, each.score)
            for item in self.items
            if isinstance(item.result, Classification)
            for head in item.result.heads
            for each in head.scores
        ]
        return _frame(rows, ("source", "head", "version", "label", "index", "score"))


class FeatureMaps(Collected[FeatureMap]):
    """The feature maps of many images."""

    def to_numpy(self) -> NDArray[np.float32]:
        """[images, height, width, channels]. Raises the error of an image that failed."""
        return np.stack([each.values for each in self])

    def to_pandas(self) -> pd.DataFrame:
        """A row for each image: source, map (an array), error. Needs pandas."""
        rows = [
            (item.source, None, str(item.result))
            if isinstance(item.result, Vgg16Error)
            else (item.source, item.result.values, None)
            for item in self.items
        ]
        return _frame(rows, ("source", "map", "error"))


_COLUMNS = ("source", "head", "version", "label", "score", "distance", "threshold", "error")


def _rows(item: Item[Classification]) -> list[tuple[Any, ...]]:
    if isinstance(item.result, Vgg16Error):
        return [(item.source, None, None, None, None, None, None, str(item.result))]
    return [(item.source, *_row(head)) for head in item.result.heads]


def _row(head: HeadScores) -> tuple[Any, ...]:
    best = head.scores[0] if head.scores else None
    return (
        head.head,
        head.version,
        best and best.label,
        best and best.score,
        head.novelty and head.novelty.distance,
        head.novelty and head.novelty.threshold,
        head.error and str(head.error),
    )


def _frame(rows: list[tuple[Any, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(columns))

"""What the services answer, as immutable values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import ServiceError


@dataclass(frozen=True)
class ClassScore:
    """A class, its place in the head's output, and its score in [0, 1].

    Attributes:
        threshold: of a head of several labels an image, the score from which the class applies;
            None where an image has one class, the one with the best score.
    """

    label: str
    index: int
    score: float
    threshold: float | None = None


@dataclass(frozen=True, eq=False)
class HeatMap:
    """Where in the image a head sees the class `label` (Grad-CAM).

    `values` is float32 [rows, columns] in [0, 1]; the cells divide the image evenly.
    """

    label: str
    values: NDArray[np.float32]


@dataclass(frozen=True)
class Novelty:
    """How far an image is from a head's training images, and the distance that 99 of 100 held-back
    training images stay below.

    >>> Novelty(distance=2.5, threshold=1.5).is_novel
    True
    """

    distance: float
    threshold: float

    @property
    def is_novel(self) -> bool:
        """Whether the scores mean little, however high they are."""
        return self.distance > self.threshold


@dataclass(frozen=True)
class HeadScores:
    """What one head says of an image: scores, best first, or the error why there are none.

    Attributes:
        version: the one that answered.
        by_traffic_split: whether the image fell in this version's share of the head's traffic.
    """

    head: str
    version: str
    scores: tuple[ClassScore, ...]
    heat_map: HeatMap | None = None
    novelty: Novelty | None = None
    error: ServiceError | None = None
    by_traffic_split: bool = False

    @property
    def best(self) -> ClassScore:
        """The most probable class. Raises the head's error if it has one."""
        if self.error is not None:
            raise self.error
        return self.scores[0]

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes that apply, best first: those above their thresholds, or else the best one.

        Raises the head's error if it has one.
        """
        best = self.best
        if best.threshold is None:
            return (best.label,)
        return tuple(
            each.label
            for each in self.scores
            if each.threshold is not None and each.score >= each.threshold
        )


@dataclass(frozen=True)
class Timing:
    """Microseconds that an image spent in each stage of the service."""

    decode_us: int
    queue_us: int
    backbone_us: int
    head_us: int
    cached: bool


@dataclass(frozen=True)
class Classification:
    """The scores of one image: one entry for each head asked for, in that order."""

    heads: tuple[HeadScores, ...]
    timing: Timing

    @property
    def label(self) -> str:
        """The most probable class, by the first head."""
        return self.heads[0].best.label

    @property
    def score(self) -> float:
        """The score of `label`."""
        return self.heads[0].best.score


@dataclass(frozen=True, eq=False)
class FeatureMap:
    """What the backbone makes of an image: float32 [height, width, channels], and its id."""

    values: NDArray[np.float32]
    backbone: str
    timing: Timing


@dataclass(frozen=True)
class Layer:
    """A layer, as Keras's `summary()` shows it; the shape is without the batch dimension."""

    name: str
    type: str
    output_shape: tuple[int, ...]
    parameters: int


@dataclass(frozen=True)
class Backbone:
    """The backbone that a feature service runs, and what it accepts.

    Attributes:
        preprocessing: Keras's name for how pixels are scaled: "tf", "caffe" or "torch".
        input_shape: height, width, channels.
        output_shape: of a feature map: height, width, channels.
        precision: "fp32", "fp16", "bf16" or "int8".
        device: "cpu" or "cuda:0".
        max_image_bytes: image files of more bytes are refused.
    """

    id: str
    name: str
    preprocessing: str
    weights_sha256: str
    input_shape: tuple[int, int, int]
    output_shape: tuple[int, int, int]
    parameters: int
    layers: tuple[Layer, ...]
    precision: str
    device: str
    execution_provider: str
    max_image_bytes: int
    max_batch: int


@dataclass(frozen=True)
class Drift:
    """How far what a head scored lies from its training images, by the replica that answered.

    Attributes:
        maps: that were measured.
        novel_maps: those that were farther away than the threshold of novelty.
        distance: of the mean of the last ones; None while fewer than 64 were measured.
    """

    maps: int
    novel_maps: int
    distance: float | None


@dataclass(frozen=True)
class Head:
    """One version of one head.

    Attributes:
        backbone: the id of the backbone whose maps it scores.
        labels: in the order of its output.
        default_version: whether the name without a version means this one.
        explains: whether it makes heat maps.
        drift: None where it is not measured.
        release_labels: that mean this version, such as "canary".
        traffic_percent: the share of the requests for the name that it answers, 0 to 100.
        shadow: whether it scores besides those that answer.
    """

    name: str
    version: str
    backbone: str
    labels: tuple[str, ...]
    parameters: int
    layers: tuple[Layer, ...]
    default_version: bool
    takes_pooled_maps: bool
    explains: bool
    measures_novelty: bool
    drift: Drift | None
    release_labels: tuple[str, ...] = ()
    traffic_percent: float = 0.0
    shadow: bool = False


@dataclass(frozen=True)
class Heads:
    """The heads that are loaded, by name and version; `default` answers when none is asked for."""

    heads: tuple[Head, ...]
    default: str

"""The layers of VGG16 without its top, as data; no other module lists them."""

from __future__ import annotations

from dataclasses import dataclass

from ..manifest_entries import Layer

SIZE = 160
"""Height and width of the input in pixels."""

FEATURES = (5, 5, 512)
"""Shape of a feature map, HWC."""


@dataclass(frozen=True)
class Conv:
    """A 3x3 convolution, stride 1, same padding, with bias and ReLU."""

    name: str
    inputs: int
    outputs: int

    @property
    def kernel_shape(self) -> tuple[int, int, int, int]:
        """In Keras's layout: height, width, input channels, output channels (HWIO)."""
        return (3, 3, self.inputs, self.outputs)

    @property
    def parameters(self) -> int:
        return 9 * self.inputs * self.outputs + self.outputs


@dataclass(frozen=True)
class Pool:
    """A 2x2 max pooling, stride 2."""

    name: str


def _stages() -> tuple[Conv | Pool, ...]:
    stages: list[Conv | Pool] = []
    inputs = 3
    for block, (repeats, outputs) in enumerate(
        ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), start=1
    ):
        for index in range(1, repeats + 1):
            stages.append(Conv(f"block{block}_conv{index}", inputs, outputs))
            inputs = outputs
        stages.append(Pool(f"block{block}_pool"))
    return tuple(stages)


STAGES = _stages()
CONVS = tuple(stage for stage in STAGES if isinstance(stage, Conv))
PARAMETERS = sum(conv.parameters for conv in CONVS)


def layer_rows() -> tuple[Layer, ...]:
    """The rows of Keras's `model.summary()`, for a SIZE x SIZE input."""
    side, channels = SIZE, 3
    rows = [Layer("input_layer", "InputLayer", (side, side, channels), 0)]
    for stage in STAGES:
        if isinstance(stage, Conv):
            channels = stage.outputs
            kind, parameters = "Conv2D", stage.parameters
        else:
            side //= 2
            kind, parameters = "MaxPooling2D", 0
        rows.append(Layer(stage.name, kind, (side, side, channels), parameters))
    return tuple(rows)

"""The layer kinds that have weights or a window, and those that reshape or drop values."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import torch
from torch import Generator, Tensor, nn

from dlviz.core.layer_base import Layer, Shape, amount, in_words, initialised, maps, need, whole

MAX_DROPOUT = 0.95
MAX_PADDING = 7


def windows(extent: int, size: int, stride: int, padding: int) -> int:
    """How many places a window takes along one side."""
    return (extent + 2 * padding - size) // stride + 1


@dataclass(frozen=True)
class Conv(Layer):
    """Convolution (as libraries do it: cross-correlation) with a square kernel and a bias.

    ``init_std`` and ``weight_decay`` override the net-wide choices for this layer: a small start
    with a strong decay is what gives clean first-layer filters.
    """

    channels: int = whole("Channels", 16, 1, 512)
    kernel: int = whole("Kernel", 3, 1, 15)
    stride: int = whole("Stride", 1, 1, 8)
    padding: int = whole("Padding", 0, 0, MAX_PADDING)
    init_std: float | None = amount("Initial deviation", None, 10, "He’s")
    weight_decay: float | None = amount("Weight decay", None, 10, "as the net")
    prefix = "conv"
    title = "Convolution"

    def shape(self, before: Shape) -> Shape:
        _, height, width = maps(before, "A convolution")
        reach = min(height, width) + 2 * self.padding
        padding = self.padding + (self.kernel - reach + 1) // 2
        wider = f" or a padding of at least {padding}" if padding <= MAX_PADDING else ""
        need(
            reach >= self.kernel,
            f"A {self.kernel}×{self.kernel} kernel does not fit into {height}×{width} maps"
            f"{f' padded by {self.padding}' if self.padding else ''}: "
            f"choose a kernel of at most {reach}{wider}, or pool less before it.",
        )
        across = (windows(side, self.kernel, self.stride, self.padding) for side in (height, width))
        return (self.channels, *across)

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        size = (before[0], self.channels, self.kernel, self.stride, self.padding)
        module = nn.Conv2d(*size, device="meta")
        initialised(module, self.init_std, generator)
        return module

    def parameters(self, before: Shape) -> int:
        return (before[0] * self.kernel**2 + 1) * self.channels

    def multiply_adds(self, before: Shape) -> int:
        return before[0] * self.kernel**2 * prod(self.shape(before))


@dataclass(frozen=True)
class _Pool(Layer):
    """A window that slides without padding; ``stride`` is its size where none is given."""

    size: int = whole("Window", 2, 1, 16)
    stride: int | None = whole("Stride", None, 1, 16, "as the window")

    def shape(self, before: Shape) -> Shape:
        channels, height, width = maps(before, "Pooling")
        need(
            self.size <= min(height, width),
            f"A {self.size}×{self.size} window exceeds {height}×{width} maps: choose a window of "
            f"at most {min(height, width)}, or pool less before it.",
        )
        step = self.stride or self.size
        return (channels, *(windows(side, self.size, step, 0) for side in (height, width)))


@dataclass(frozen=True)
class MaxPool(_Pool):
    """The largest value of each window; where it sat is the deconvnet's "switch"."""

    prefix = "pool"
    title = "Max pooling"

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.MaxPool2d(self.size, self.stride or self.size)


@dataclass(frozen=True)
class AvgPool(_Pool):
    """The mean of each window: every value counts, the strongest has no say of its own."""

    prefix = "average"
    title = "Average pooling"

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.AvgPool2d(self.size, self.stride or self.size)


class MeanOfMaps(nn.Module):
    """N×C×H×W → N×C."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean(dim=(2, 3))


@dataclass(frozen=True)
class GlobalAverage(Layer):
    """Each map to its mean: one value a channel, wherever in the picture it was.

    Source: Lin, Chen and Yan (2013), "Network in network", arXiv:1312.4400, section 3.2.
    """

    prefix = "global"
    title = "Global average"

    def shape(self, before: Shape) -> Shape:
        return maps(before, "A global average")[:1]

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return MeanOfMaps()


@dataclass(frozen=True)
class Flatten(Layer):
    """Maps to one vector."""

    prefix = "flatten"
    title = "Flatten"

    def shape(self, before: Shape) -> Shape:
        return (prod(before),)

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return nn.Flatten()


@dataclass(frozen=True)
class Dense(Layer):
    """Fully connected. Without ``units`` it is the output layer: one unit per class.

    ``plan`` turns the output layer into one with ``OUTPUT_STD``.
    """

    units: int | None = whole("Units", None, 1, 4096, "one per class")
    init_std: float | None = amount("Initial deviation", None, 10, "He’s")
    prefix = "dense"
    title = "Dense"

    def shape(self, before: Shape) -> Shape:
        need(
            len(before) == 1,
            f"A dense layer needs a flat vector, but gets {in_words(before)}: put a Flatten "
            f"({prod(before)} values) or a Global average ({before[0]} values) before it.",
        )
        need(
            self.units is not None,
            "A dense layer without units is the output and must be the last one: "
            "give it units or move it to the end.",
        )
        assert self.units is not None
        return (self.units,)

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        assert self.units is not None
        module = nn.Linear(before[0], self.units, device="meta")
        initialised(module, self.init_std, generator)
        return module

    def parameters(self, before: Shape) -> int:
        return (before[0] + 1) * (self.units or 0)

    def multiply_adds(self, before: Shape) -> int:
        return before[0] * (self.units or 0)


class SeededDropout(nn.Module):
    """Inverted dropout that draws from the run's own generator (``F.dropout`` takes none)."""

    def __init__(self, p: float, generator: Generator) -> None:
        super().__init__()
        self.p = p
        self._generator = generator

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        keep = torch.rand(x.shape, generator=self._generator) >= self.p
        return x * keep.to(x.device) / (1 - self.p)


@dataclass(frozen=True)
class Dropout(Layer):
    """Zeroes a share ``p`` of the values while training; identity afterwards."""

    p: float = amount("Share", 0.5, MAX_DROPOUT)
    prefix = "dropout"
    title = "Dropout"

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return SeededDropout(self.p, generator)

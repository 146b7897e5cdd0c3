"""Batch normalisation, and the residual block that it made trainable."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

from torch import Generator, Tensor, nn
from torch.nn import functional as F

from dlviz.core.layer_base import Layer, Shape, initialised, maps, whole
from dlviz.core.layer_kinds import windows


class _Normalising:
    """What torch's two batch norms get from us.

    Nobody reads the number of batches they have seen, and a whole number has no place among
    weights: it is left out of ``state_dict``. A single vector, or a single 1×1 map, has no
    deviation: an epoch that leaves one picture over is normalised with the running averages.
    """

    num_batches_tracked: Tensor | None

    def __init__(self, channels: int) -> None:
        super().__init__(channels)  # type: ignore[call-arg]
        self.num_batches_tracked = None

    def _load_from_state_dict(self, *args: Any) -> None:
        # torch's batch norm would put the number of batches back, and then not know it.
        nn.Module._load_from_state_dict(self, *args)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        if self.training and x.numel() == x.shape[1]:  # type: ignore[attr-defined]
            return self._by_averages(x)
        return super().forward(x)  # type: ignore[misc,no-any-return]

    def _by_averages(self: Any, x: Tensor) -> Tensor:
        return F.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
        )


class MapNorm(_Normalising, nn.BatchNorm2d):
    """For maps: every channel over the batch and all its places."""


class VectorNorm(_Normalising, nn.BatchNorm1d):
    """For vectors: every value over the batch."""


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Every channel to mean 0 and deviation 1 over the batch, then a learnt scale and shift.

    Once trained it uses running averages of both instead of the batch.
    Source: Ioffe and Szegedy (2015), arXiv:1502.03167.
    """

    prefix = "norm"
    title = "Batch norm"

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return MapNorm(before[0]) if len(before) == 3 else VectorNorm(before[0])

    def parameters(self, before: Shape) -> int:
        return 2 * before[0]


class ResidualBlock(nn.Module):
    """ReLU(main(x) + skip(x)); an empty ``skip`` passes x on as it is."""

    def __init__(self, before: int, channels: int, stride: int, generator: Generator) -> None:
        super().__init__()
        self.main = nn.Sequential()
        self.main.add_module("conv1", _conv(before, channels, 3, stride, generator))
        self.main.add_module("norm1", MapNorm(channels))
        self.main.add_module("relu1", nn.ReLU())
        self.main.add_module("conv2", _conv(channels, channels, 3, 1, generator))
        self.main.add_module("norm2", MapNorm(channels))
        self.skip = nn.Sequential()
        if (before, 1) != (channels, stride):
            self.skip.add_module("conv", _conv(before, channels, 1, stride, generator))
            self.skip.add_module("norm", MapNorm(channels))
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        total: Tensor = self.relu(self.main(x) + self.skip(x))
        return total


def _conv(before: int, after: int, size: int, stride: int, generator: Generator) -> nn.Conv2d:
    """Without a bias: the batch norm behind it has one."""
    shape = (before, after, size, stride, size // 2)
    module = nn.Conv2d(*shape, bias=False, device="meta")
    initialised(module, None, generator)
    return module


@dataclass(frozen=True)
class Residual(Layer):
    """Two 3×3 convolutions with batch norm and ReLU, whose input is added to their output.

    The input is added as it is; where channels or stride change its shape, a 1×1 convolution with
    batch norm fits it. Source: He et al. (2015), arXiv:1512.03385, figure 2 and section 3.3 (B).
    """

    channels: int = whole("Channels", 16, 1, 512)
    stride: int = whole("Stride", 1, 1, 8)
    prefix = "block"
    title = "Residual block"

    def shape(self, before: Shape) -> Shape:
        _, height, width = maps(before, "A residual block")
        return (self.channels, *(windows(side, 3, self.stride, 1) for side in (height, width)))

    def build(self, before: Shape, generator: Generator) -> nn.Module:
        return ResidualBlock(before[0], self.channels, self.stride, generator)

    def parameters(self, before: Shape) -> int:
        norms = 3 if self._fits(before) else 2
        return self._weights(before) + 2 * norms * self.channels

    def multiply_adds(self, before: Shape) -> int:
        _, height, width = self.shape(before)
        return self._weights(before) * height * width

    def values_inside(self, before: Shape) -> int:
        # conv, norm, ReLU, conv, norm; the sum; and what fits the input: conv, norm.
        return (8 if self._fits(before) else 6) * prod(self.shape(before))

    def _fits(self, before: Shape) -> bool:
        """Whether the input has to be fitted before it can be added."""
        return (before[0], 1) != (self.channels, self.stride)

    def _weights(self, before: Shape) -> int:
        """Weights of the convolutions; each is used once at every place of the output."""
        fitting = before[0] if self._fits(before) else 0
        return (9 * before[0] + 9 * self.channels + fitting) * self.channels

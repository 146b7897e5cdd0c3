"""A small U-Net: down by pooling, up again, and at each size a bridge from the way down.

Ronneberger, Fischer and Brox, “U-Net: Convolutional Networks for Biomedical Image Segmentation”
(2015), with two poolings instead of four and an eighth of the channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTHS = (8, 12, 24)


@dataclass(frozen=True)
class Stage:
    """What one step hands on: ``channels`` × ``side`` × ``side``; ``bridge``: of them by skip."""

    title: str
    channels: int
    side: int
    bridge: int = 0


def twice(wide: int, out: int) -> nn.Sequential:
    """Two 3×3 convolutions that keep the size, each with batch norm and ReLU."""
    return nn.Sequential(*once(wide, out), *once(out, out))


def once(wide: int, out: int) -> nn.Sequential:
    """A 3×3 convolution that keeps the size, batch norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(wide, out, 3, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU()
    )


class UNet(nn.Module):
    """Pixels in [0, 1], N×C×H×W with H and W multiples of 4 → logits N×classes×H×W.

    Without ``skips`` nothing goes across: what a mask's edge is made of has to pass 16×16 cells.
    """

    def __init__(self, channels: int, classes: int, *, skips: bool) -> None:
        super().__init__()
        fine, middle, coarse = WIDTHS
        self.skips = skips
        self.down_1, self.down_2 = twice(channels, fine), twice(fine, middle)
        self.bottom = twice(middle, coarse)
        self.up_2 = once(coarse + middle * skips, middle)
        self.up_1 = once(middle + fine * skips, fine)
        self.head = nn.Conv2d(fine, classes, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        """Down twice, up twice, and a score per class for every pixel."""
        fine = self.down_1(pixels - 0.5)
        middle = self.down_2(F.max_pool2d(fine, 2))
        coarse = self.bottom(F.max_pool2d(middle, 2))
        middle = self.up_2(self.joined(coarse, middle))
        fine = self.up_1(self.joined(middle, fine))
        scores: Tensor = self.head(fine)
        return scores

    def joined(self, below: Tensor, beside: Tensor) -> Tensor:
        """Maps twice as large, and behind them those of the same size from the way down."""
        large = F.interpolate(below, scale_factor=2.0, mode="nearest")
        return torch.cat([large, beside], 1) if self.skips else large

    def begin(self, generator: torch.Generator) -> None:
        """Draw its weights (He et al., 2015) from a generator of its own."""
        for value in self.parameters():
            if value.ndim == 4:
                nn.init.normal_(value, std=(2 / value[0].numel()) ** 0.5, generator=generator)
        nn.init.zeros_(self.head.bias)  # type: ignore[arg-type]

    def stages(self, channels: int, side: int) -> tuple[Stage, ...]:
        """What goes in and comes out of each step, in order, for pictures of a side."""
        fine, middle, coarse = WIDTHS
        classes = self.head.out_channels
        across = (middle, fine) if self.skips else (0, 0)
        return (
            Stage("picture", channels, side),
            Stage("down_1", fine, side),
            Stage("down_2", middle, side // 2),
            Stage("bottom", coarse, side // 4),
            Stage("up_2", middle, side // 2, across[0]),
            Stage("up_1", fine, side, across[1]),
            Stage("head", classes, side),
        )

    @property
    def learnt(self) -> int:
        """How many numbers it learns."""
        return sum(value.numel() for value in self.parameters())

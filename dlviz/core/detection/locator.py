"""From a class to one box: a small CNN with two heads, one that names and one that frames."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

BOX_WEIGHT = 10.0
BEND = 0.1  # below that smooth L1 is a parabola
_WIDTHS = (3, 16, 24, 24, 24)


class Locator(nn.Module):
    """Pixels in [0, 1], N×3×64×64 → (logits N×classes, boxes N×4 as shares of the side).

    A box is left, top, right, bottom.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        blocks = []
        for wide, out in pairwise(_WIDTHS):
            convolution = nn.Conv2d(wide, out, 3, 2, 1, bias=False)
            blocks += [convolution, nn.BatchNorm2d(out), nn.ReLU()]
        self.body = nn.Sequential(*blocks, nn.Flatten())
        self.names = nn.Linear(_WIDTHS[-1] * 16, classes)
        self.frame = nn.Linear(_WIDTHS[-1] * 16, 4)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Both heads read the same features."""
        seen = self.body(pixels - 0.5)
        return self.names(seen), self.frame(seen).sigmoid()

    def begin(self, generator: torch.Generator) -> None:
        """Draw its weights (He et al., 2015) from a generator of its own."""
        for value in self.parameters():
            if value.ndim > 1:
                std = ((2.0 if value.ndim == 4 else 1.0) / value[0].numel()) ** 0.5
                nn.init.normal_(value, std=std, generator=generator)
        for head in (self.names, self.frame):
            nn.init.zeros_(head.bias)


def losses(logits: Tensor, boxes: Tensor, labels: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """Cross-entropy of the names, and smooth L1 of the four sides: means over the pictures."""
    sides = F.smooth_l1_loss(boxes, wanted, beta=BEND)
    return F.cross_entropy(logits, labels), sides


def pair_overlaps(boxes: Tensor, wanted: Tensor) -> Tensor:
    """IoU of each box with the true one beside it: N×4 and N×4 → N."""
    begin, end = (
        torch.maximum(boxes[:, :2], wanted[:, :2]),
        torch.minimum(boxes[:, 2:], wanted[:, 2:]),
    )
    shared = (end - begin).clamp(min=0).prod(1)
    area = (boxes[:, 2:] - boxes[:, :2]).clamp(min=0).prod(1)
    union = area + (wanted[:, 2:] - wanted[:, :2]).prod(1) - shared
    return shared / union.clamp(min=1e-9)

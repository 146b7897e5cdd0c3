"""A one-stage detector: every cell of a grid says which form's middle is near, and how far it goes.

As YOLO (Redmon et al., 2016) it looks once, at all cells together; as FCOS (Tian et al., 2019) a
cell states four distances to the box's sides instead of starting from boxes drawn in advance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlviz.core.detection.precision import Boxes
from dlviz.core.detection.suppression import kept

STRIDE = 4  # pixels from one cell to the next
UNIT = 16.0  # pixels that an output of 1 stands for
NEAR = 4.0  # a cell within so many pixels of a box's middle, across and down, is to find it
RARE = -3.0  # the first answer to "is there a form?": hardly ever
BOX_WEIGHT = 2.0
BEND = 0.1  # below that smooth L1 is a parabola


def _block(wide: int, out: int, stride: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(wide, out, 3, stride, 1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(out), nn.ReLU())


class GridDetector(nn.Module):
    """uint8 pixels as numbers in [0, 1], N×3×H×W → N×(classes + 4)×H/4×W/4.

    Of each cell: one logit a class, then how far the box goes to the left, up, right and down from
    the cell's middle, in units of 16 pixels.
    """

    def __init__(self, classes: int, width: int = 24) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _block(3, 16, 2),
            _block(16, width, 2),
            *(_block(width, width) for _ in range(3)),
        )
        self.head = nn.Conv2d(width, classes + 4, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        """What all cells say."""
        found: Tensor = self.head(self.body(pixels - 0.5))
        return found

    def begin(self, generator: torch.Generator) -> None:
        """Draw its weights (He et al., 2015) from a generator of its own."""
        for name, value in self.named_parameters():
            if value.ndim == 4:
                gain = 2.0 if "body" in name else 1.0
                std = (gain / value[0].numel()) ** 0.5
                nn.init.normal_(value, std=std, generator=generator)
        assert self.head.bias is not None
        nn.init.zeros_(self.head.bias)
        nn.init.constant_(self.head.bias[:-4], RARE)


@dataclass(frozen=True, eq=False)
class Wanted:
    """What the cells should say: ``classes`` N×C×h×w of 0 and 1, ``sides`` N×4×h×w, ``there``:
    N×h×w, which cells are to find a box."""

    classes: Tensor
    sides: Tensor
    there: Tensor

    def __getitem__(self, rows: Tensor) -> Wanted:
        return Wanted(self.classes[rows], self.sides[rows], self.there[rows])

    def flipped(self, axis: int) -> Wanted:
        """As it is in the mirror: axis 3 across, 2 down."""
        order = [2, 1, 0, 3] if axis == 3 else [0, 3, 2, 1]
        sides = self.sides.flip(axis)[:, order]
        return Wanted(self.classes.flip(axis), sides, self.there.flip(axis - 1))


def middles(side: int) -> tuple[Tensor, Tensor]:
    """Where the cells' middles lie: x and y, each h×w."""
    along = (torch.arange(side // STRIDE) + 0.5) * STRIDE
    y, x = torch.meshgrid(along, along, indexing="ij")
    return x, y


def wanted_of(truths: Sequence[Boxes], classes: int, side: int) -> Wanted:
    """True boxes → what each cell is to say; between two boxes the nearer middle wins."""
    x, y = middles(side)
    shape = len(truths), len(x), len(x)
    said, sides = torch.zeros(shape[0], classes, *shape[1:]), torch.zeros(shape[0], 4, *shape[1:])
    there = torch.zeros(shape, dtype=torch.bool)
    for row, true in enumerate(truths):
        nearest = torch.full(shape[1:], torch.inf)
        for (left, top, right, bottom), label in zip(
            true.boxes.tolist(), true.labels.tolist(), strict=True
        ):
            across, down = x - (left + right) / 2, y - (top + bottom) / 2
            far = across**2 + down**2
            take = (across.abs() <= NEAR) & (down.abs() <= NEAR) & (far < nearest)
            nearest[take] = far[take]
            there[row] |= take
            said[row, :, take] = 0.0
            said[row, label, take] = 1.0
            distances = torch.stack([x - left, y - top, right - x, bottom - y]) / UNIT
            sides[row, :, take] = distances[:, take]
    return Wanted(said, sides, there)


def losses(output: Tensor, wanted: Wanted) -> tuple[Tensor, Tensor]:
    """Cross-entropy of all cells' classes, and smooth L1 of the sides where there is a box.

    Both are summed and divided by how many cells have a box, so a picture full of background does
    not drown the few that count.
    """
    count = wanted.there.sum().clamp(min=1)
    say, sides = output[:, :-4], output[:, -4:]
    classes = F.binary_cross_entropy_with_logits(say, wanted.classes, reduction="sum") / count
    here = wanted.there[:, None].expand_as(sides)
    off = F.smooth_l1_loss(sides[here], wanted.sides[here], beta=BEND, reduction="sum") / count
    return classes, off


def candidates(output: Tensor, *, least: float) -> list[Boxes]:
    """What all cells propose, before any suppression: those at least so sure, of each picture."""
    x, y = middles(output.shape[-1] * STRIDE)
    found = []
    for one in output.detach():
        sure, label = one[:-4].sigmoid().flatten(1).max(0)
        left, up, right, down = (one[-4:] * UNIT).unbind()
        corners = torch.stack([x - left, y - up, x + right, y + down], -1).reshape(-1, 4)
        use = sure >= least
        boxes = corners[use].double()
        boxes[:, 2:] = torch.maximum(boxes[:, 2:], boxes[:, :2])
        found.append(Boxes(boxes.numpy(), label[use].numpy(), sure[use].double().numpy()))
    return found


def detections(output: Tensor, *, least: float, most_overlap: float) -> list[Boxes]:
    """The candidates that survive non-maximum suppression within their class, surest first."""
    return [suppressed(one, most_overlap) for one in candidates(output, least=least)]


def suppressed(found: Boxes, most_overlap: float) -> Boxes:
    """Of each class's boxes that overlap by more than that, the surest."""
    assert found.scores is not None
    use = kept(found.boxes, found.scores, most_overlap, found.labels)
    return Boxes(found.boxes[use], found.labels[use], found.scores[use])

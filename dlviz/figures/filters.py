"""The first layer's filters as one picture: the only weights that can be looked at as pixels."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor, nn

from dlviz.core.probe import inside
from dlviz.figures.colours import Colours
from dlviz.figures.compose import WHITE, signed_picture, tile, unit_picture

WIDTH = 720  # pixels of the composed picture, about: twice what a column of the page shows
FULL = 0.99  # the scale ends at this quantile of |weight|: one extreme weight must not grey all
GAP = 10
SILENT = 0.02  # a filter is marked below this share of the largest norm


@dataclass(frozen=True, eq=False)
class FilterWall:
    """``picture``: all filters, uint8 H×W×3, on one scale symmetric about 0.

    ``limit`` is the weight that has full colour (larger ones have it too), ``dead`` names the
    filters that are almost zero (crossed out), ``colour`` says whether filters are shown as RGB
    pictures around grey.
    """

    picture: Colours
    count: int
    size: tuple[int, int]
    limit: float
    dead: tuple[int, ...]
    colour: bool

    @property
    def words(self) -> str:
        """What the picture shows and on which scale."""
        dead = f"; {len(self.dead)} almost zero (crossed out)" if self.dead else ""
        return (
            f"{self.count} filters of {self.size[0]}×{self.size[1]} on one scale: "
            f"{scale_in_words(self.limit, self.colour)}{dead}."
        )


def scale_in_words(limit: float, colour: bool) -> str:
    """Which number has which colour."""
    zero = "grey is 0" if colour else "orange is positive, blue negative"
    return f"{zero}, full colour ±{limit:.2g}"


def first_filters(model: nn.Module) -> Tensor | None:
    """Weights of the first convolution, filters×channels×height×width; None without one."""
    for module in inside(model).modules():
        if isinstance(module, nn.Conv2d):
            return module.weight.detach()
    return None


def filter_wall(
    weights: Tensor,
    *,
    theme: str = "light",
    background: tuple[int, int, int] = WHITE,
    limit: float | None = None,
) -> FilterWall:
    """Compose filters×C×h×w weights, C = 1 or 3, into one picture.

    C = 3: each filter is a little picture, grey where its weights are 0. C = 1: the signed
    scale of ``dlviz.figures.colours``. One scale for all, so a weak filter looks weak; it ends at
    ``limit``, by default at nearly the largest weight.
    Raises ValueError for other shapes and for weights that are not finite.
    """
    if weights.ndim != 4 or weights.shape[1] not in (1, 3) or not weights.numel():
        raise ValueError("Filters can be shown as N×1×h×w or N×3×h×w weights.")
    if not torch.isfinite(weights).all():
        raise ValueError("The first layer's weights are not finite: this training went wrong.")
    limit = limit or reach(weights)
    colour = weights.shape[1] == 3
    pictures = centred_on_grey(weights, limit) if colour else _signed(weights, limit, theme)
    count, _, height, width = weights.shape
    columns = balanced_columns(count)
    scale, pad = max(1, WIDTH // (columns * width)), GAP
    wall = tile(pictures, columns, pad=pad, background=background, scale=scale)
    dead = silent(weights)
    step = (height * scale + pad, width * scale + pad)
    corners = [(pad + i % columns * step[1], pad + i // columns * step[0]) for i in dead]
    boxes = [(x, y, x + width * scale - 1, y + height * scale - 1) for x, y in corners]
    return FilterWall(_crossed(wall, boxes), count, (height, width), limit, dead, colour)


def reach(weights: Tensor) -> float:
    """Where a scale for these weights ends: nearly the largest of them, whatever its sign."""
    return float(torch.quantile(weights.abs().flatten()[:1_000_000], FULL)) or 1.0


def centred_on_grey(signed: Tensor, limit: float) -> NDArray[np.uint8]:
    """Signed N×3×H×W → pictures N×H×W×3: grey is 0, ±``limit`` full colour."""
    return np.stack([unit_picture(one) for one in (signed / (2 * limit) + 0.5)])


def silent(weights: Tensor) -> tuple[int, ...]:
    """Which filters are almost zero beside the strongest one."""
    norms = weights.flatten(1).norm(dim=1)
    return tuple(torch.nonzero(norms < SILENT * norms.max()).flatten().tolist())


def balanced_columns(count: int) -> int:
    """Columns for a wall of ``count`` pictures: without a gap if it stays near a square."""
    side = ceil(sqrt(count))
    return next((c for c in range(side, side + side // 2 + 1) if count % c == 0), side)


def _signed(weights: Tensor, limit: float, theme: str) -> Colours:
    return signed_picture(weights[:, 0].numpy(), limit, theme=theme)


def _crossed(wall: Colours, boxes: list[tuple[int, int, int, int]]) -> Colours:
    """The wall with a diagonal through each box."""
    image = Image.fromarray(wall)
    draw = ImageDraw.Draw(image)
    for x0, y0, x1, y1 in boxes:
        draw.line((x0, y1, x1, y0), fill=(120, 124, 134), width=3)
    return np.asarray(image)

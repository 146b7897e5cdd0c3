"""Squares of the shipped photographs, for networks that know no data set of ours.

Each photograph gives 24: a grid of 5×3 squares of half its shorter side, 4×2 of three quarters of
it, and the whole square in the middle. Unlike ``photo_crops`` nothing is random.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph

GRIDS = ((0.5, 5, 3), (0.75, 4, 2), (1.0, 1, 1))  # share of the shorter side, across, down
EACH = sum(across * down for _, across, down in GRIDS)

Box = tuple[float, float, float, float]


@lru_cache(maxsize=2)
def photo_grid(size: int) -> tuple[Tensor, Tensor]:
    """All squares, resized: uint8 N×3×size×size and int64 N, the photograph's number.

    ``EACH`` of every photograph, in ``PHOTOGRAPHS``' order. Shared by all callers: read only.
    """
    squares = [
        np.asarray(photograph.resize((size, size), Image.Resampling.BICUBIC, box=box))
        for name in PHOTOGRAPHS
        for photograph in [Image.fromarray(load_photograph(name))]
        for box in boxes(*photograph.size)
    ]
    labels = torch.arange(len(PHOTOGRAPHS)).repeat_interleave(EACH)
    return torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).contiguous(), labels


def boxes(width: int, height: int) -> Iterator[Box]:
    """(x0, y0, x1, y1) of each square in a photograph of this size, in pixels."""
    for share, across, down in GRIDS:
        side = share * min(width, height)
        for row in range(down):
            for column in range(across):
                left = (width - side) * _part(column, across)
                top = (height - side) * _part(row, down)
                yield left, top, left + side, top + side


def _part(index: int, count: int) -> float:
    return index / (count - 1) if count > 1 else 0.5

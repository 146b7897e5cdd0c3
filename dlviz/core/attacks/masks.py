"""Where an attack may change a picture: masks to choose from, bool C×H×W, true where it may."""

from __future__ import annotations

import torch
from torch import Tensor

Shape = tuple[int, int, int]


def rectangle(shape: Shape, top: int, left: int, height: int, width: int) -> Tensor:
    """A rectangle of every channel, its corner at row ``top`` and column ``left``, from 0.

    What lies outside the picture is cut off. Raises ValueError if nothing is left.
    """
    _, rows, columns = _checked(shape)
    mask = torch.zeros(shape, dtype=torch.bool)
    upper, lower = max(top, 0), min(top + height, rows)
    first, after = max(left, 0), min(left + width, columns)
    if upper >= lower or first >= after:
        raise ValueError(f"The rectangle must cover a pixel of the {rows}×{columns} picture.")
    mask[:, upper:lower, first:after] = True
    return mask


def channel(shape: Shape, index: int) -> Tensor:
    """One channel alone, from 0. Raises ValueError for one that the picture has not."""
    channels = _checked(shape)[0]
    if not 0 <= index < channels:
        raise ValueError(f"The channel must be from 0 to {channels - 1}.")
    mask = torch.zeros(shape, dtype=torch.bool)
    mask[index] = True
    return mask


def sticker(shape: Shape, centre: tuple[float, float], radius: float) -> Tensor:
    """A printed disk: every channel of the pixels within ``radius`` of ``centre``, (row, column).

    Inside it any colour may be printed, so it goes with ε = 1. Raises ValueError if no pixel lies
    in it. After Brown et al. (2017), "Adversarial patch", arXiv:1712.09665.
    """
    _, height, width = _checked(shape)
    rows = torch.arange(height)[:, None] - centre[0]
    columns = torch.arange(width)[None] - centre[1]
    disk = rows.square() + columns.square() <= radius * abs(radius)
    if not disk.any():
        raise ValueError(f"The sticker must cover a pixel of the {height}×{width} picture.")
    return disk.expand(shape).clone()


def _checked(shape: Shape) -> Shape:
    if len(shape) != 3 or min(shape) < 1:
        raise ValueError("A mask needs the picture's shape: channels, height, width.")
    return shape

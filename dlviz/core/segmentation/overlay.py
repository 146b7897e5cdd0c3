"""A mask over a picture: what is right, missed and too much, by colour, pattern and outline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

# Okabe and Ito's green, sky blue and orange: who sees no red or no green tells them apart.
RIGHT, MISSED, EXTRA = (0, 158, 115), (86, 180, 233), (230, 100, 0)
EDGE = (255, 255, 255)
VEIL = 0.55
TIMES = 4


def large(pixels: NDArray[np.uint8], times: int = TIMES) -> Picture:
    """uint8 H×W×1 or H×W×3 → each pixel ``times``×``times`` of them, in colour."""
    colour = np.repeat(pixels, 3, 2) if pixels.shape[2] == 1 else pixels
    return colour.repeat(times, 0).repeat(times, 1)


def painted(
    pixels: NDArray[np.uint8],
    said: NDArray[np.integer],
    true: NDArray[np.integer],
    *,
    times: int = TIMES,
) -> Picture:
    """A mask over a picture, ``times`` as large: what is right, missed and too much.

    ``pixels`` uint8 H×W×C, both masks H×W of class numbers, 0 for the background. Right is green,
    missed is blue with stripes, too much (or another class) is orange with a grid; a white line
    goes round what is true.
    """
    picture = large(pixels, times).astype(np.float64)
    wide_said, wide_true = (
        mask.repeat(times, 0).repeat(times, 1).astype(np.int64) for mask in (said, true)
    )
    down, across = np.indices(wide_true.shape)
    stripes = (down + across) // times % 2 == 0
    grid = (down % (2 * times) < times / 2) | (across % (2 * times) < times / 2)
    right = (wide_said == wide_true) & (wide_true > 0)
    missed = (wide_said == 0) & (wide_true > 0)
    extra = (wide_said > 0) & (wide_said != wide_true)
    for where, colour, veil in (
        (right, RIGHT, VEIL * 0.8),
        (missed, MISSED, np.where(stripes, 0.9, VEIL)[..., None]),
        (extra, EXTRA, np.where(grid, 0.9, VEIL)[..., None]),
    ):
        mixed = picture * (1 - veil) + np.asarray(colour) * veil
        picture = np.where(where[..., None], mixed, picture)
    picture[outline(wide_true)] = EDGE
    return picture.astype(np.uint8)


def outline(mask: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Pixels of a class whose neighbour below, above, left or right is of another one."""
    edge = np.zeros(mask.shape, bool)
    for axis in (0, 1):
        for shift in (1, -1):
            moved = np.roll(mask, shift, axis)
            border = [slice(None), slice(None)]
            border[axis] = slice(0, 1) if shift == 1 else slice(-1, None)
            moved[tuple(border)] = mask[tuple(border)]
            edge |= mask != moved
    return edge & (mask > 0)

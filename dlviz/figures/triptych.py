"""The three pictures of an attack, all of one size: before, what was added, after."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from dlviz.figures.colours import Colours
from dlviz.figures.compose import signed_picture, tile, unit_picture

SIDE = 448  # = 2·224 = 7·64 = 16·28: every network's pictures fit in it a whole number of times
LEVELS = 255


def enlarged(picture: Colours) -> Colours:
    """A uint8 H×W×3 picture with each pixel repeated, so that its long side is about 448."""
    return tile(picture[None], 1, pad=0, scale=max(1, SIDE // max(picture.shape[:2])))


def plain(pixels: Tensor) -> Colours:
    """uint8 C×H×W pixels (grey or RGB), as they are → uint8 H×W×3, as it is saved."""
    return unit_picture(pixels.numpy() / LEVELS)


def added(before: Tensor, after: Tensor, *, limit: float, theme: str = "light") -> Colours:
    """after − before in colour: blue is darker, orange brighter, full colour at ±``limit``.

    Both uint8 C×H×W; the mean over the channels is shown; ``limit`` is in pixels of [0, 1]. This
    is what really changed: a white pixel cannot become brighter, so there nothing was added.
    """
    change = after.numpy().astype(np.int16) - before.numpy().astype(np.int16)
    return signed_picture(change.mean(axis=0) / LEVELS, limit, theme=theme)

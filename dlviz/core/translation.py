"""Shift a picture by some pixels: does its map follow, does it stay? NumPy only.

The map f(x) is ReLU(kernel ⋆ picture), as in a network. Both questions are asked as a relative
change, ‖difference‖ / ‖f(x)‖ over all pixels: 0 is "exactly", and a map that was moved to where
there was nothing before is √2 = 141 % off.

The picture goes round: what leaves on the right comes back on the left, and so does the border of
the convolution. So nothing is gained or lost, and what remains is the layer's own doing. A real
shift, with zeros around the picture, is measured beside it.
Source: Zhang (2019), "Making Convolutional Networks Shift-Invariant Again".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import fsum

import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float64]
Line = tuple[float, ...]

FURTHEST = 16  # pixels: all strides and pooling windows below divide it
STRIDES = (1, 2, 4)
WINDOWS = (2, 8)
LARGEST_SIDE = 256
_LUMA = (0.299, 0.587, 0.114)  # Rec. 601


class SilentError(ValueError):
    """The map is 0 everywhere; the message is one sentence for the visitor."""


@dataclass(frozen=True)
class Translation:
    """Relative changes for a shift to the right by 0, 1, … ``FURTHEST`` pixels.

    ``follows``: by stride, how far the map of the shifted picture is from the shifted map; a shift
    that is no multiple of the stride is compared with the nearer of both whole shifts.
    ``bordered``: stride 1 after a real shift, with zeros around the picture; ``inside``: the same
    without the outermost columns, where the window looks over the edge.
    ``stays``: by max pooling window (1: none), how far the map is from what it was. ``maximum``
    and ``average``: the same for global pooling.
    """

    follows: dict[int, Line]
    bordered: Line
    inside: Line
    stays: dict[int, Line]
    maximum: Line
    average: Line


def crop(height: int, width: int) -> tuple[int, int, int]:
    """(top, left, side) of the square in the middle that can be shifted by ``FURTHEST`` pixels.

    The side is a multiple of 16, so that strides and windows divide it; the columns up to
    ``FURTHEST`` to its left come in when it is shifted.
    Raises ValueError for a picture of less than 16×32 pixels.
    """
    side = min(height, width - FURTHEST, LARGEST_SIDE) // FURTHEST * FURTHEST
    if side < FURTHEST:
        raise ValueError(f"A picture to shift needs {FURTHEST}×{2 * FURTHEST} pixels at least.")
    return (height - side) // 2, (width - side + FURTHEST) // 2, side


def scene(photograph: NDArray[np.uint8]) -> Map:
    """uint8 H×W×3 → its middle in grey, side×(16 + side) numbers from 0 to 1."""
    top, left, side = crop(*photograph.shape[:2])
    grey: Map = photograph[top : top + side, left - FURTHEST : left + side] / 255.0 @ _LUMA
    return grey


def response(picture: Map, kernel: Map, *, border: str = "circular") -> Map:
    """ReLU of the cross-correlation, H×W → H×W; the border is "circular" or "zeros".

    The kernel, kh×kw, stands with its cell [(kh − 1) // 2, (kw − 1) // 2] over the pixel.
    """
    before = [(size - 1) // 2 for size in kernel.shape]
    around = [(first, size - 1 - first) for first, size in zip(before, kernel.shape, strict=True)]
    padded = np.pad(picture, around, mode="wrap" if border == "circular" else "constant")
    height, width = picture.shape
    total = np.zeros_like(picture)
    for (row, column), weight in np.ndenumerate(kernel):
        if weight:
            total += weight * padded[row : row + height, column : column + width]
    return np.maximum(total, 0.0)


def shifted(picture: Map, pixels: int) -> Map:
    """The picture moved to the right; what leaves there comes back on the left."""
    return np.roll(picture, pixels, axis=1)


def pooled(values: Map, window: int) -> Map:
    """Max pooling with a window as wide as its stride, which divides H and W."""
    height, width = values.shape
    tiles = values.reshape(height // window, window, width // window, window)
    largest: Map = tiles.max(axis=(1, 3))
    return largest


def measure(wide: Map, kernel: Map) -> Translation:
    """All changes over the shift, for a picture as ``scene`` gives it: H×(16 + W).

    kernel: kh×kw numbers, no larger than the picture.
    Raises SilentError where the map (at one of the strides) is 0 everywhere.
    """
    picture = wide[:, FURTHEST:]
    still = response(picture, kernel)
    moved = [response(shifted(picture, pixels), kernel) for pixels in range(FURTHEST + 1)]

    def change(summary: Callable[[Map], Map]) -> Line:
        return tuple(_apart(summary(one), summary(still)) for one in moved)

    whole, inside = zip(*_real_shifts(wide, kernel), strict=True)
    return Translation(
        follows={stride: _following(moved, stride) for stride in STRIDES},
        bordered=whole,
        inside=inside,
        stays={window: change(partial(pooled, window=window)) for window in (1, *WINDOWS)},
        maximum=change(lambda values: values.max(keepdims=True)),
        # fsum: the order of the pixels must not matter to the last digit either.
        average=change(lambda values: np.array([fsum(values.flat) / values.size])),
    )


def _apart(one: Map, other: Map) -> float:
    return _relative(one - other, other)


def _relative(gap: Map, other: Map) -> float:
    size = np.linalg.norm(other)
    if size == 0:
        raise SilentError(
            "After the ReLU nothing is left of this kernel's map, so there is nothing to compare."
        )
    return float(np.linalg.norm(gap) / size)


def _following(moved: list[Map], stride: int) -> Line:
    """f(Tx) against Sf(x) at this stride, S the better of both neighbouring whole shifts."""
    coarse = [values[::stride, ::stride] for values in moved]
    return tuple(
        min(
            _apart(values, shifted(coarse[0], whole))
            for whole in (pixels // stride, -(-pixels // stride))
        )
        for pixels, values in enumerate(coarse)
    )


def _real_shifts(wide: Map, kernel: Map) -> list[tuple[float, float]]:
    """(whole frame, away from its border) by pixels; new columns come in from the left.

    Compared are the columns that both maps have, relative to the map as it was.
    """
    width = wide.shape[1] - FURTHEST
    first = (kernel.shape[1] - 1) // 2
    last = kernel.shape[1] - 1 - first

    def seen(pixels: int) -> Map:
        left = FURTHEST - pixels
        return response(wide[:, left : left + width], kernel, border="zeros")

    still = seen(0)
    changes = []
    for pixels in range(FURTHEST + 1):
        gap = seen(pixels)[:, pixels:] - still[:, : width - pixels]
        inside = gap[:, first : gap.shape[1] - last]
        changes.append((_relative(gap, still), _relative(inside, still)))
    return changes

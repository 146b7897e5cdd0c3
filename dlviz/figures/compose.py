"""Many small pictures → one, composed with NumPy.

A wall of 64 maps is one picture here, because 64 elements of a page cost ten times as much.
Pictures are uint8 H×W×3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlviz.figures.colours import Colours, signed_colours

WHITE = (255, 255, 255)
MAX_PIXELS = 40_000_000


def tile(
    images: NDArray[np.uint8],
    columns: int,
    *,
    pad: int = 2,
    background: tuple[int, int, int] = WHITE,
    scale: int = 1,
) -> Colours:
    """Lay out N×H×W×3 pictures row by row, ``columns`` to a row → one H×W×3 picture.

    Each pixel becomes ``scale``×``scale`` (so small maps keep their hard edges), with ``pad``
    pixels of ``background`` around and between. An unfinished last row is background.
    Raises ValueError for other shapes, no pictures, or more than 40 million pixels.
    """
    if images.ndim != 4 or images.shape[-1] != 3 or images.dtype != np.uint8 or not images.size:
        raise ValueError("tile needs at least one picture, as uint8 N×H×W×3.")
    if columns < 1 or pad < 0 or scale < 1:
        raise ValueError("tile needs columns ≥ 1, pad ≥ 0 and scale ≥ 1.")
    count, height, width = (int(size) for size in images.shape[:3])
    rows = -(-count // columns)
    step_down, step_across = height * scale + pad, width * scale + pad
    shape = (rows * step_down + pad, columns * step_across + pad)
    if shape[0] * shape[1] > MAX_PIXELS:
        raise ValueError(f"The composed picture would have more than {MAX_PIXELS:,} pixels.")

    wall = np.full((*shape, 3), background, dtype=np.uint8)
    for index, image in enumerate(images):
        top = pad + index // columns * step_down
        left = pad + index % columns * step_across
        enlarged = image.repeat(scale, axis=0).repeat(scale, axis=1)
        wall[top : top + height * scale, left : left + width * scale] = enlarged
    return wall


def signed_picture(
    values: ArrayLike, limit: float | None = None, *, theme: str = "light"
) -> Colours:
    """A map of signed numbers, H×W (or N×H×W), blue – white – orange → H×W×3 (or N×H×W×3).

    ``limit`` is shared by all N maps; by default their largest |value|.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim not in (2, 3):
        raise ValueError("A signed picture needs H×W or N×H×W numbers.")
    return signed_colours(numbers, limit, theme)


def unit_picture(values: ArrayLike) -> Colours:
    """A picture of numbers in [0, 1], C×H×W with C = 1 or 3 (or H×W) → uint8 H×W×3.

    Takes a NumPy array or a CPU tensor. What lies outside [0, 1] is clipped; 1 becomes 255.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim == 2:
        numbers = numbers[None]
    if numbers.ndim != 3 or numbers.shape[0] not in (1, 3):
        raise ValueError("A unit picture needs 1×H×W, 3×H×W or H×W numbers.")
    if not np.isfinite(numbers).all():
        raise ValueError("Only finite numbers have a colour.")
    pixels = np.rint(np.clip(numbers, 0.0, 1.0) * 255.0).astype(np.uint8)
    return np.broadcast_to(pixels.transpose(1, 2, 0), (*pixels.shape[1:], 3)).copy()

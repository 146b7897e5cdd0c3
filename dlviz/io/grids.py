"""All grids, those from files included: ``GRIDS`` is the one registry. Imports no torch."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlviz.core.grids import COLOURED, SHAPES, Grid, Planes, shrink
from dlviz.io.assets import read_arrays
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph

BRIGHTEST = 9  # whole numbers of one digit can be added up by eye
NARROWEST, WIDEST = 32, 112  # side of the square that is cut out, in the photograph's pixels
SERIES = 4  # chosen by eye: seed 0 shows a cat's eye
PLACES = 8  # most places in a photograph are flat: the liveliest of so many is taken


@lru_cache(maxsize=1)
def _digits() -> NDArray[np.uint8]:
    (pixels,) = read_arrays("mnist.npz", "test_pixels")
    return pixels


def _digit(size: int, seed: int, _channels: int) -> Planes:
    """Held-out digit number ``seed``, averaged down; the count starts again after 2 000."""
    pixels = _digits()
    return _whole(shrink(pixels[seed % len(pixels)], size))


def _photograph(size: int, seed: int, channels: int) -> Planes:
    """A square cut out of a photograph and averaged down; the mean of its channels if grey."""
    planes = shrink(_crop(seed), size).transpose(2, 0, 1)
    return _whole(planes if channels == 3 else planes.mean(axis=0))


@lru_cache(maxsize=64)
def _crop(seed: int) -> NDArray[np.uint8]:
    """A square of a photograph: of ``PLACES`` that ``seed`` picks, the one with most to see."""
    photograph = load_photograph(list(PHOTOGRAPHS)[seed % len(PHOTOGRAPHS)])
    rng = np.random.default_rng((SERIES, seed))
    crops = []
    for _ in range(PLACES):
        side = int(rng.integers(NARROWEST, WIDEST + 1))
        top, left = (int(rng.integers(0, length - side + 1)) for length in photograph.shape[:2])
        crops.append(photograph[top : top + side, left : left + side])
    return max(crops, key=lambda crop: float(shrink(crop, 12).mean(axis=2).std()))


def _whole(bytes_: Planes) -> Planes:
    """0 … 255 → the nearest whole numbers 0 … 9."""
    return np.round(bytes_ * BRIGHTEST / 255)


_FROM_FILES = (
    Grid(
        "digit",
        "A handwritten digit",
        "A real digit of MNIST, averaged down: the seed picks one of 2 000.",
        _digit,
        natural=14,
        seeded=True,
    ),
    Grid(
        "photograph",
        "A piece of a photograph",
        "Cut out of a photograph and averaged down: the seed picks picture and place.",
        _photograph,
        natural=12,
        seeded=True,
        coloured=True,
    ),
)

GRIDS: dict[str, Grid] = {grid.name: grid for grid in (*SHAPES, *_FROM_FILES, *COLOURED)}

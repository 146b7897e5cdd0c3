"""Small pictures to convolve by hand, drawn from rules. NumPy only.

``dlviz.io.grids`` adds those that come from files and holds the registry of all, ``GRIDS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Planes = NDArray[np.float64]
SMALLEST, LARGEST = 3, 16
SEEDS = 10_000


@dataclass(frozen=True)
class Grid:
    """A named square picture; ``what`` says in one sentence what it is good for.

    ``fixed`` is its only size, or 0 if it exists at every size from 3 to 16; ``natural`` is the
    size to show it at first. ``seeded``: another seed gives another picture. ``coloured``: its
    three channels differ. ``draw`` gets size, seed and channels and gives one or three planes.
    """

    name: str
    title: str
    what: str
    draw: Callable[[int, int, int], Planes]
    fixed: int = 0
    natural: int = 7
    seeded: bool = False
    coloured: bool = False

    def at(self, size: int, *, seed: int = 0, channels: int = 1) -> Planes:
        """The picture as a new float64 array, channels×size×size, of numbers from 0 upwards.

        ``channels`` is 1 (grey) or 3; what has no colour repeats its plane.
        Raises ValueError in one sentence for a size, seed or number of channels that is not there.
        """
        if self.fixed and size != self.fixed:
            raise ValueError(f"“{self.title}” is always {self.fixed}×{self.fixed}.")
        if not SMALLEST <= size <= LARGEST:
            raise ValueError(f"A grid has {SMALLEST} to {LARGEST} rows.")
        if not 0 <= seed < SEEDS:
            raise ValueError(f"A seed is a number from 0 to {SEEDS - 1}.")
        if channels not in (1, 3):
            raise ValueError("A grid has 1 or 3 channels.")
        planes = self.draw(size, seed, channels)
        return np.array(np.broadcast_to(planes, (channels, size, size)), dtype=np.float64)


def shrink(picture: NDArray[np.floating] | NDArray[np.uint8], size: int) -> Planes:
    """Average ``picture``, H×W or H×W×C, down to size×size: each cell is the mean of its area.

    A pixel on the border of two cells counts for both, by the part that lies in each.
    """
    down, across = (_shares(length, size) for length in picture.shape[:2])
    averaged: Planes = np.einsum("ih,hw...,jw->ij...", down, picture, across, optimize=True)
    return averaged


def _shares(length: int, size: int) -> Planes:
    """size×length: how much each of ``length`` pixels counts for each of ``size`` cells."""
    borders = np.arange(size + 1) * length / size
    pixels = np.arange(length)
    begins = np.maximum(borders[:-1, None], pixels)
    ends = np.minimum(borders[1:, None], pixels + 1)
    shares: Planes = np.maximum(ends - begins, 0) * size / length
    return shares


def _lecture(*_: int) -> Planes:
    rows = "0111000 0011100 0001110 0001100 0011000 0110000 1100000"
    return np.array([[int(digit) for digit in row] for row in rows.split()], dtype=np.float64)


def _impulse(size: int, *_: int) -> Planes:
    plane = np.zeros((size, size))
    plane[(size - 1) // 2, (size - 1) // 2] = 1  # the upper left one of four middle cells
    return plane


def _blank(size: int, _seed: int, _channels: int) -> Planes:
    return np.zeros((size, size))


def _edge(size: int, *_: int) -> Planes:
    row = (np.arange(size) >= size // 2).astype(np.float64)
    return np.tile(row, (size, 1))


def _checkerboard(size: int, *_: int) -> Planes:
    odd = np.indices((size, size)).sum(axis=0) % 2
    plane: Planes = 1.0 - odd
    return plane


def _ramp(size: int, *_: int) -> Planes:
    return np.tile(np.arange(size, dtype=np.float64), (size, 1))


def _letter(size: int, *_: int) -> Planes:
    """An F: no two of its flips and half turns are alike."""
    margin = size // 7
    stroke = max(1, margin)
    tall = size - 2 * margin
    wide = -(-3 * tall // 4)
    letter = np.zeros((tall, wide))
    letter[:, :stroke] = 1
    letter[:stroke] = 1
    middle = (tall - stroke) // 2
    letter[middle : middle + stroke, : wide - stroke] = 1

    plane = np.zeros((size, size))
    left = (size - wide) // 2
    plane[margin : margin + tall, left : left + wide] = letter
    return plane


def _colours(size: int, _seed: int, channels: int) -> Planes:
    """Red to the left, green to the right, 6 each: their mean is 2 everywhere."""
    right = _edge(size)
    planes = 6 * np.stack([1 - right, right, np.zeros_like(right)])
    return planes if channels == 3 else planes.mean(axis=0)


def _random(size: int, seed: int, channels: int) -> Planes:
    drawn = np.random.default_rng(seed).integers(0, 10, (3, size, size)).astype(np.float64)
    return drawn[:channels]


SHAPES = (
    Grid(
        "lecture",
        "The lecture's grid",
        "The bent stroke of the lecture; with the X kernel it gives the lecture's 25 numbers.",
        _lecture,
        fixed=7,
    ),
    Grid(
        "impulse",
        "Impulse",
        "A single 1: cross-correlation shows the kernel turned by 180°, true convolution upright.",
        _impulse,
    ),
    Grid(
        "edge",
        "Edge",
        "Dark on the left, bright on the right: an edge detector answers along one line.",
        _edge,
    ),
    Grid(
        "checkerboard",
        "Checkerboard",
        "The finest pattern that there is: a blur flattens it, the Laplacian makes it louder.",
        _checkerboard,
    ),
    Grid(
        "ramp",
        "Ramp",
        "Brighter by 1 a column: Sobel gives the same number everywhere, the Laplacian 0.",
        _ramp,
    ),
    Grid(
        "letter",
        "The letter F",
        "Looks different after every flip and turn, so you see what a kernel does to directions.",
        _letter,
    ),
    Grid(
        "blank",
        "Empty",
        "Nothing but zeros: draw over it, or type numbers into its cells.",
        _blank,
    ),
)

COLOURED = (
    Grid(
        "colours",
        "Two colours",
        "Red on the left, green on the right, with the same sum over the channels: a grey picture,"
        " their mean, is flat.",
        _colours,
        coloured=True,
    ),
    Grid(
        "random",
        "Random numbers",
        "Whole numbers from 0 to 9 by chance: nothing to see, so every sum has to be worked out.",
        _random,
        seeded=True,
        coloured=True,
    ),
)

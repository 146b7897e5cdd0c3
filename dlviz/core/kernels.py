"""Small kernels whose effect can be seen: one entry in ``KERNELS`` each. NumPy only.

The middle of an even kernel is the upper left one of its four middle cells, index (size − 1) // 2:
there torch's ``padding="same"`` puts it over the pixel that it answers for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb, sqrt

import numpy as np
from numpy.typing import NDArray

Square = NDArray[np.float64]
LARGEST = 7


@dataclass(frozen=True)
class Kernel:
    """A named kernel; ``what`` says in one sentence what it does to a picture.

    It exists at every size from ``least`` to 7; ``natural`` is the size to show it at first.
    """

    name: str
    title: str
    what: str
    make: Callable[[int], Square]
    least: int = 1
    natural: int = 3

    def at(self, size: int) -> Square:
        """The weights as a new float64 array, size×size. ValueError where there is none."""
        if not self.least <= size <= LARGEST:
            raise ValueError(f"“{self.title}” has a size from {self.least} to {LARGEST}.")
        return self.make(size)


def _identity(size: int) -> Square:
    weights = np.zeros((size, size))
    weights[(size - 1) // 2, (size - 1) // 2] = 1
    return weights


def _cross(size: int) -> Square:
    return np.maximum(np.eye(size), np.eye(size)[::-1])


def _ones(size: int) -> Square:
    return np.ones((size, size))


def _box(size: int) -> Square:
    return np.full((size, size), 1 / size**2)


def _gaussian(size: int) -> Square:
    """Binomial numbers down and across, 1 2 1 at size 3: the whole-number Gaussian."""
    row = np.array([comb(size - 1, place) for place in range(size)], dtype=np.float64)
    weights: Square = np.outer(row, row) / row.sum() ** 2
    return weights


def _unsharp(size: int) -> Square:
    """The picture plus what a blur takes away: I + (I − G)."""
    return 2 * _identity(size) - _gaussian(size)


def _motion(size: int) -> Square:
    return np.eye(size) / size


def _gabor(size: int) -> Square:
    """A wave across the diagonal under a Gaussian window, its mean taken out.

    In hundredths, so that the weights can be written exactly; what rounding leaves of the sum
    goes to the middle, which is two cells if the size is even.
    """
    places = np.arange(size) - (size - 1) / 2
    down, across = np.meshgrid(places, places, indexing="ij")
    window = np.exp(-(down**2 + across**2) / (2 * (0.28 * size) ** 2))
    wave = np.cos(2 * np.pi * (down + across) / sqrt(2) / (0.8 * size))
    weights = window * (wave - (window * wave).sum() / window.sum())
    hundredths: Square = np.round(100 * weights / (np.abs(weights).max() or 1))
    middle = (down + across == 0) & (np.abs(down) < 1)
    hundredths[middle] -= hundredths.sum() / middle.sum()
    return hundredths / 100


def _stencil(text: str) -> Callable[[int], Square]:
    """Fixed rows such as "0 1; 1 0", in the middle of zeros where the kernel is larger."""
    rows = np.array([row.split() for row in text.split(";")], dtype=np.float64)

    def make(size: int) -> Square:
        weights = np.zeros((size, size))
        start = (size - 1) // 2 - (len(rows) - 1) // 2
        weights[start : start + len(rows), start : start + len(rows)] = rows
        return weights

    return make


_ALL = (
    Kernel(
        "x",
        "X (the lecture's)",
        "Adds up its two diagonals: nothing answers louder than an X of ones, though a solid block"
        " of ones answers as loud.",
        _cross,
    ),
    Kernel(
        "identity",
        "Identity",
        "Keeps only the middle pixel, so the picture stays as it is.",
        _identity,
    ),
    Kernel(
        "laplacian",
        "Laplacian (the lecture's)",
        "Compares a pixel with its four neighbours: zero where the picture is flat or a ramp.",
        _stencil("0 1 0; 1 -4 1; 0 1 0"),
        least=3,
    ),
    Kernel(
        "laplacian8",
        "Laplacian, 8 neighbours",
        "Compares a pixel with all eight neighbours, so that diagonal edges count as well.",
        _stencil("1 1 1; 1 -8 1; 1 1 1"),
        least=3,
    ),
    Kernel(
        "sobel_x",
        "Sobel, left to right",
        "Positive where the picture gets brighter to the right: it finds vertical edges.",
        _stencil("-1 0 1; -2 0 2; -1 0 1"),
        least=3,
    ),
    Kernel(
        "sobel_y",
        "Sobel, top to bottom",
        "Positive where the picture gets brighter downwards: it finds horizontal edges.",
        _stencil("-1 -2 -1; 0 0 0; 1 2 1"),
        least=3,
    ),
    Kernel(
        "prewitt_x",
        "Prewitt, left to right",
        "Finds vertical edges like Sobel, with the same weight for all three rows.",
        _stencil("-1 0 1; -1 0 1; -1 0 1"),
        least=3,
    ),
    Kernel(
        "prewitt_y",
        "Prewitt, top to bottom",
        "Finds horizontal edges like Sobel, with the same weight for all three columns.",
        _stencil("-1 -1 -1; 0 0 0; 1 1 1"),
        least=3,
    ),
    Kernel(
        "scharr_x",
        "Scharr, left to right",
        "Finds vertical edges like Sobel, with weights that tell the direction of a slanted edge"
        " more precisely.",
        _stencil("-3 0 3; -10 0 10; -3 0 3"),
        least=3,
    ),
    Kernel(
        "scharr_y",
        "Scharr, top to bottom",
        "Finds horizontal edges like Sobel, with weights that tell the direction of a slanted edge"
        " more precisely.",
        _stencil("-3 -10 -3; 0 0 0; 3 10 3"),
        least=3,
    ),
    Kernel(
        "sharpen",
        "Sharpen",
        "Subtracts the Laplacian from the picture, which exaggerates every edge.",
        _stencil("0 -1 0; -1 5 -1; 0 -1 0"),
        least=3,
    ),
    Kernel(
        "unsharp",
        "Unsharp mask",
        "Adds what a Gaussian blur would take away, which sharpens the picture.",
        _unsharp,
    ),
    Kernel("box", "Box blur", "Replaces a pixel by the plain average of its window.", _box),
    Kernel(
        "gaussian",
        "Gaussian blur",
        "Averages with more weight in the middle, a softer blur than the box.",
        _gaussian,
    ),
    Kernel(
        "motion",
        "Motion blur",
        "Averages along one diagonal, as if the camera had moved that way.",
        _motion,
        natural=5,
    ),
    Kernel(
        "emboss",
        "Emboss",
        "Adds the difference along the diagonal, as if light fell on a relief from one corner.",
        _stencil("-2 -1 0; -1 1 1; 0 1 2"),
        least=3,
    ),
    Kernel(
        "gabor",
        "Gabor",
        "Answers to stripes of its own width that rise to the right, as many first-layer filters"
        " of trained networks do for theirs.",
        _gabor,
        natural=5,
    ),
    Kernel(
        "ones",
        "Ones",
        "Adds up its window: on a single 1 it marks every output which that pixel reaches.",
        _ones,
    ),
    Kernel(
        "roberts",
        "Roberts cross",
        "Subtracts the pixel below and to the right: the smallest of the edge detectors.",
        _stencil("1 0; 0 -1"),
        least=2,
        natural=2,
    ),
)

KERNELS: dict[str, Kernel] = {kernel.name: kernel for kernel in _ALL}

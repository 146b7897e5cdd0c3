"""Small pictures to convolve by hand: one entry in ``GRIDS`` each. NumPy only."""

from __future__ import annotations

from dlviz.core.tables import Table


class Grid(Table):
    """A named 7×7 picture."""


def _digits(text: str) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(int(digit) for digit in row) for row in text.split())


_ALL = (
    Grid(
        "lecture",
        "The lecture's grid",
        _digits("0111000 0011100 0001110 0001100 0011000 0110000 1100000"),
        "The bent stroke of the lecture; with the X kernel it gives the lecture's 25 numbers.",
    ),
    Grid(
        "impulse",
        "Impulse",
        _digits("0000000 0000000 0000000 0001000 0000000 0000000 0000000"),
        "A single 1: the output is the kernel itself, turned by 180°.",
    ),
    Grid(
        "edge",
        "Edge",
        _digits("0001111 0001111 0001111 0001111 0001111 0001111 0001111"),
        "Dark on the left, bright on the right: an edge detector answers along one line.",
    ),
    Grid(
        "checkerboard",
        "Checkerboard",
        _digits("1010101 0101010 1010101 0101010 1010101 0101010 1010101"),
        "The finest pattern that there is: a blur wipes it out, the Laplacian makes it louder.",
    ),
    Grid(
        "ramp",
        "Ramp",
        _digits("0123456 0123456 0123456 0123456 0123456 0123456 0123456"),
        "Brighter by 1 a column: Sobel gives the same number everywhere, the Laplacian 0.",
    ),
)

GRIDS: dict[str, Grid] = {grid.name: grid for grid in _ALL}

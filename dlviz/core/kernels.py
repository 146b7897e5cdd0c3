"""Small kernels whose effect can be seen: one entry in ``KERNELS`` each. NumPy only."""

from __future__ import annotations

from dlviz.core.tables import Table


class Kernel(Table):
    """A named kernel; ``what`` says what it does to a picture."""


def _scaled(rows: tuple[tuple[int, ...], ...], divisor: int) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(value / divisor for value in row) for row in rows)


_ALL = (
    Kernel(
        "x",
        "X (the lecture's)",
        ((1, 0, 1), (0, 1, 0), (1, 0, 1)),
        "Counts the bright pixels on the two diagonals, so it answers loudest to an X.",
    ),
    Kernel(
        "identity",
        "Identity",
        ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
        "Keeps only the middle pixel, so the picture stays as it is.",
    ),
    Kernel(
        "laplacian",
        "Laplacian (the lecture's)",
        ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
        "Compares a pixel with its four neighbours: zero where the picture is flat or a ramp.",
    ),
    Kernel(
        "sobel_x",
        "Sobel, left to right",
        ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
        "Positive where the picture gets brighter to the right: it finds vertical edges.",
    ),
    Kernel(
        "sobel_y",
        "Sobel, top to bottom",
        ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
        "Positive where the picture gets brighter downwards: it finds horizontal edges.",
    ),
    Kernel(
        "sharpen",
        "Sharpen",
        ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
        "Subtracts the Laplacian from the picture, which exaggerates every edge.",
    ),
    Kernel(
        "box",
        "Box blur",
        _scaled(((1, 1, 1), (1, 1, 1), (1, 1, 1)), 9),
        "Replaces a pixel by the plain average of its 3×3 neighbourhood.",
    ),
    Kernel(
        "gaussian",
        "Gaussian blur",
        _scaled(((1, 2, 1), (2, 4, 2), (1, 2, 1)), 16),
        "Averages with more weight in the middle, a softer blur than the box.",
    ),
    Kernel(
        "emboss",
        "Emboss",
        ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
        "Adds the difference along the diagonal, as if light fell on a relief from one corner.",
    ),
)

KERNELS: dict[str, Kernel] = {kernel.name: kernel for kernel in _ALL}

"""A named table of numbers: what grids and kernels have in common. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Table:
    """Numbers row by row, with a title and one sentence on what they are good for."""

    name: str
    title: str
    values: tuple[tuple[float, ...], ...]
    what: str

    @property
    def array(self) -> NDArray[np.float64]:
        """The numbers as a new float64 array, rows×columns."""
        return np.array(self.values, dtype=np.float64)

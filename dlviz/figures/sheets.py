"""Many pictures of one size as one PNG: what a grid of small pictures is cut out of."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dlviz.figures.compose import tile


@dataclass(frozen=True)
class Sheet:
    """``count`` pictures of ``width``×``height`` pixels, ``across`` to a row, without gaps."""

    png: bytes
    count: int
    across: int
    width: int
    height: int


def sheet_of(pictures: NDArray[np.uint8]) -> Sheet:
    """uint8 N×h×w×3 → a sheet that is about square."""
    count, height, width = pictures.shape[:3]
    across = ceil(sqrt(count))
    buffer = BytesIO()
    # Somebody waits for this one: half the time of the default level, 5 % more bytes.
    Image.fromarray(tile(pictures, across, pad=0)).save(buffer, "PNG", compress_level=3)
    return Sheet(buffer.getvalue(), count, across, width, height)

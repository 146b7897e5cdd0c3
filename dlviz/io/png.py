"""A picture as the bytes of a PNG file."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def png_bytes(picture: NDArray[np.uint8]) -> bytes:
    """A uint8 H×W×3 picture → the bytes of a PNG file, losslessly."""
    if picture.ndim != 3 or picture.shape[-1] != 3 or picture.dtype != np.uint8:
        raise ValueError("A PNG needs a picture as uint8 H×W×3.")
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()

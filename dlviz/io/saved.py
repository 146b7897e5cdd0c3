"""A saved picture read back as it is: for a network, with nothing resized, cropped or mixed."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from dlviz.io.pictures import PictureError, read_picture


def read_saved(data: bytes, shape: tuple[int, ...]) -> Tensor:
    """A picture file of a network's input size → uint8 C×H×W, the very numbers of the file.

    ``shape`` is the network's C×H×W. Raises ``PictureError`` with one sentence for a file of
    another size, one with colours where the network sees grey, and one that cannot be read.
    """
    picture = read_picture(data)
    channels, height, width = shape
    if picture.size != (width, height):
        across, down = picture.size
        raise PictureError(
            f"The file has {across}×{down} pixels, and nothing is resized here: {width}×{height}."
        )
    pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1).contiguous()
    if channels == 1:
        if not (pixels == pixels[:1]).all():
            raise PictureError("The file has colours, and this network sees grey alone.")
        return pixels[:1]
    return pixels

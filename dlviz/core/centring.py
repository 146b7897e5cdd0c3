"""Moving a drawing to where a network expects it."""

from __future__ import annotations

import torch
from torch import Tensor


def centred(pixels: Tensor) -> Tensor:
    """The drawing with its centre of mass in the middle, as MNIST's digits have it.

    pixels: uint8 1×H×W, 0 is paper. Moved by whole pixels, and only so far that no ink leaves the
    sheet; nothing is resized. An empty sheet stays.
    Source: LeCun, Cortes and Burges, the MNIST database (1998).
    """
    if not pixels.any():
        return pixels
    ink = pixels[0].double()
    shifts = []
    for axis in (0, 1):
        length = ink.shape[axis]
        mass = ink.sum(dim=1 - axis)
        centre = float((mass * torch.arange(length)).sum() / mass.sum())
        used = mass.nonzero().flatten()
        wanted = round((length - 1) / 2 - centre)
        shifts.append(max(-int(used[0]), min(length - 1 - int(used[-1]), wanted)))
    return torch.roll(pixels, shifts, dims=(1, 2))

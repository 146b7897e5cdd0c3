"""How one flat kernel becomes weights for several channels: ``MIXES``. NumPy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Mix:
    """How much of a kernel each channel gets: one weight for red, green and blue."""

    name: str
    title: str
    what: str
    weights: tuple[float, float, float]


_ALL = (
    Mix("all", "All channels", "Every channel gets the kernel as it is.", (1, 1, 1)),
    Mix("red", "Red only", "Green and blue get zeros, so the filter sees only red.", (1, 0, 0)),
    Mix(
        "red_green",
        "Red against green",
        "Green gets the kernel's negative, so grey cancels out and only colour counts.",
        (1, -1, 0),
    ),
    Mix(
        "blue_yellow",
        "Blue against yellow",
        "Red and green, together yellow, get half of the kernel's negative.",
        (-0.5, -0.5, 1),
    ),
)

MIXES: dict[str, Mix] = {mix.name: mix for mix in _ALL}


def filter_bank(
    kernels: Sequence[NDArray[np.float64]], channels: int, mix: Mix, depthwise: bool = False
) -> NDArray[np.float64]:
    """Weights as a convolution layer holds them, from flat kernels, each k×k of one size.

    Every kernel becomes one filter: F×C×k×k, its slice for a channel the kernel times the mix's
    weight. One channel (grey) gets the kernel itself. ``depthwise`` gives C×1×k×k: every channel
    has one filter of its own, the kernels in turn, and nothing is added across channels.

    Raises ValueError for no kernels, unequal sizes, or channels other than 1 or 3.
    """
    if not kernels or any(kernel.shape != kernels[0].shape for kernel in kernels):
        raise ValueError("A filter bank needs at least one kernel, and all of one size.")
    if channels not in (1, 3):
        raise ValueError(f"A filter bank is for 1 or 3 channels, not {channels}.")
    weights = np.array(mix.weights if channels == 3 else (1.0,))
    stack = np.stack(kernels).astype(np.float64)
    if depthwise:
        in_turn = stack[np.arange(channels) % len(stack)]
        stack, weights = in_turn * weights[:, None, None], np.ones(1)
    bank: NDArray[np.float64] = stack[:, None] * weights[:, None, None]
    return bank

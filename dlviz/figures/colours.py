"""The one visual language: which number has which colour, on every page. NumPy only.

* signed numbers (weights, activations, gradients, perturbations): blue – white – orange,
  symmetric about 0; on a dark page the middle is dark;
* magnitudes (≥ 0): a perceptual scale from dark violet over green to yellow;
* pixels: grey;
* classes: Okabe and Ito's colours, which colour-blind readers can tell apart.

A scale is a table of colours (uint8, n×3). Browser components receive the same tables.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Colours = NDArray[np.uint8]

# An odd number of entries, so that 0 is exactly the middle one.
STEPS = 257

_BLUE_TO_ORANGE = {
    "light": ((5, 76, 148), (88, 160, 212), (255, 255, 255), (250, 170, 92), (196, 74, 4)),
    "dark": ((110, 190, 255), (40, 104, 166), (35, 38, 46), (168, 88, 28), (255, 172, 84)),
}
_VIOLET_TO_YELLOW = ((53, 15, 84), (62, 73, 137), (38, 130, 142), (91, 190, 108), (250, 230, 60))
# Not quite black: large dark cells would be the loudest thing on a light page.
_GREY = ((44, 48, 58), (255, 255, 255))

# Okabe and Ito (2008), "Color Universal Design"; their black is grey here, to show on a dark page.
CLASS_COLOURS: tuple[str, ...] = (
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
    "#999999",
)


def _table(stops: tuple[tuple[int, int, int], ...]) -> Colours:
    """``STEPS`` colours on straight lines between evenly spaced stops."""
    where = np.linspace(0.0, 1.0, len(stops))
    at = np.linspace(0.0, 1.0, STEPS)
    channels = [np.interp(at, where, channel) for channel in zip(*stops, strict=True)]
    colours: Colours = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
    return colours


SIGNED: dict[str, Colours] = {theme: _table(stops) for theme, stops in _BLUE_TO_ORANGE.items()}
MAGNITUDE: Colours = _table(_VIOLET_TO_YELLOW)
GREY: Colours = _table(_GREY)


def signed_colours(values: ArrayLike, limit: float | None = None, theme: str = "light") -> Colours:
    """Numbers of any shape → that shape×3: −limit is blue, 0 the middle, +limit orange.

    ``limit`` is the largest |value| unless given; beyond it the colour stays the last one.
    Raises ValueError for an unknown theme or a limit that is not positive and finite.
    """
    if theme not in SIGNED:
        raise ValueError(f"The theme must be one of {', '.join(SIGNED)}, not {theme!r}.")
    numbers = _finite(values)
    reach = _reach(numbers, limit)
    return _look_up(SIGNED[theme], (numbers / reach + 1.0) / 2.0)


def magnitude_colours(values: ArrayLike, limit: float | None = None) -> Colours:
    """Numbers ≥ 0 of any shape → that shape×3: 0 is dark violet, ``limit`` yellow."""
    numbers = _finite(values)
    return _look_up(MAGNITUDE, numbers / _reach(numbers, limit))


def class_colour(index: int) -> str:
    """The ``#RRGGBB`` of a class; after eight classes they repeat, so write the name too."""
    return CLASS_COLOURS[index % len(CLASS_COLOURS)]


def _finite(values: ArrayLike) -> NDArray[np.float64]:
    numbers = np.asarray(values, dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("Only finite numbers have a colour.")
    return numbers


def _reach(numbers: NDArray[np.float64], limit: float | None) -> float:
    if limit is not None:
        if not (np.isfinite(limit) and limit > 0):
            raise ValueError("The limit of a colour scale must be positive and finite.")
        return float(limit)
    # Zeros everywhere: any limit gives the colour of 0.
    return float(np.abs(numbers).max(initial=0.0)) or 1.0


def _look_up(table: Colours, fraction: NDArray[np.float64]) -> Colours:
    # floor(x + ½), as JavaScript's Math.round, so that both sides pick the same entry.
    place = np.floor(np.clip(fraction, 0.0, 1.0) * (STEPS - 1) + 0.5).astype(np.intp)
    colours: Colours = table[place]
    return colours

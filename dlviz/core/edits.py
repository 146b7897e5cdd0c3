"""Cells that a visitor changed by hand, short enough for a link. NumPy only."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dlviz.core.sliding import Numbers

LIMIT = 999.0
"""The largest number that a cell takes, up or down."""
MOST_CELLS = 1024
BETWEEN, FROM = "_", "*"  # letters that an address keeps as they are


class EditError(ValueError):
    """Changes that cannot be; the message is one sentence, or the end of one."""


def rounded(numbers: Numbers) -> Numbers:
    """The numbers as a link holds them, to twelve significant digits. Raises EditError.

    So many that 1/9 is still written as 1/9 afterwards. What is no number, infinite or beyond
    ±999 is refused, and a table that is too large.
    """
    whole = np.asarray(numbers, dtype=np.float64)
    if whole.size > MOST_CELLS:
        raise EditError(f"A table has at most {MOST_CELLS} cells.")
    if not np.isfinite(whole).all() or np.abs(whole).max(initial=0.0) > LIMIT:
        raise EditError(f"A cell holds a number from −{LIMIT:g} to {LIMIT:g}.")
    return np.array([float(f"{value:.12g}") for value in whole.ravel()]).reshape(whole.shape)


def edits_between(before: Numbers, after: Numbers) -> str:
    """What has to be changed to get from one table to the other: "12*5_13*-0.5", "" if nothing.

    Each change is the cell's number, counted through the table row by row, and its new value.
    Tables of any one shape; ``after`` as ``rounded`` leaves it. Raises EditError.
    """
    if before.shape != after.shape or after.size > MOST_CELLS:
        raise EditError(f"Only a table of the same shape, at most {MOST_CELLS} cells.")
    old, new = rounded(before).ravel(), rounded(after).ravel()
    changed = np.flatnonzero(old != new)
    return BETWEEN.join(f"{cell}{FROM}{new[cell]:.12g}" for cell in changed)


def edited(before: Numbers, text: str) -> Numbers:
    """The table with the changes of ``edits_between`` made, as a new array.

    Raises EditError for anything that is no change of this table: the end of a sentence.
    """
    after = before.copy()
    flat: NDArray[np.float64] = after.reshape(-1)
    changes = text.split(BETWEEN) if text else []
    if len(changes) > before.size:
        raise EditError("more changed cells than there are")
    for change in changes:
        cell, _, number = change[:60].partition(FROM)
        try:
            place, value = int(cell), float(number)
        except ValueError:
            raise EditError("a changed cell without its number") from None
        if not (0 <= place < flat.size and math.isfinite(value) and abs(value) <= LIMIT):
            raise EditError(f"a cell beyond the table, or a number beyond ±{LIMIT:g}")
        flat[place] = value
    return after

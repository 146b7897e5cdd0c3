"""Boxes and how far two of them are the same. NumPy only.

A box is (left, top, right, bottom) in pixels, x to the right and y down.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def as_boxes(values: ArrayLike) -> Floats:
    """N×4 numbers, none of them NaN; raises ValueError for another shape or a turned box."""
    boxes = np.asarray(values, dtype=np.float64).reshape(-1, 4)
    if not np.isfinite(boxes).all() or (boxes[:, 2:] < boxes[:, :2]).any():
        raise ValueError("A box is left, top, right, bottom, with right ≥ left and bottom ≥ top.")
    return boxes


def areas(boxes: ArrayLike) -> Floats:
    """Width times height of each: N×4 → N, in square pixels."""
    left, top, right, bottom = as_boxes(boxes).T
    found: Floats = (right - left) * (bottom - top)
    return found


def intersections(first: ArrayLike, second: ArrayLike) -> Floats:
    """The area that two boxes share, of all pairs: N×4 and M×4 → N×M."""
    a, b = as_boxes(first)[:, None], as_boxes(second)[None]
    begin, end = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    sides = np.clip(end - begin, 0.0, None)
    found: Floats = sides[..., 0] * sides[..., 1]
    return found


def overlaps(first: ArrayLike, second: ArrayLike) -> Floats:
    """Intersection over union (Jaccard, 1901), of all pairs: N×4 and M×4 → N×M in [0, 1].

    Two boxes without any area share nothing: 0.
    """
    shared = intersections(first, second)
    union = areas(first)[:, None] + areas(second)[None] - shared
    found: Floats = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return found

"""The widest margin: how far a plane through the origin can stay away from all inputs.

The nearest point to the origin in the convex hull of all y·x is the plane's normal, and its
distance the margin γ (that the hull and the plane are duals is Gilbert's and Wolfe's observation).
Source: Wolfe (1976), "Finding the nearest point in a polytope".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlviz.core.points.numbers import Numbers

NEAR = 1e-7
"""Two bounds on γ that agree to this share are one; a γ below it, of R, counts as none."""
MOST_STEPS = 4000


@dataclass(frozen=True, eq=False)
class Margin:
    """``normal`` has length 1, every y·(normal·x) is ≥ ``width``, and no plane reaches ``most``.

    ``width`` ≤ γ ≤ ``most``: both are certificates, whatever became of the search. ``supports``:
    how many inputs the nearest point is mixed of.
    """

    normal: Numbers
    width: float
    most: float
    supports: int

    @property
    def separable(self) -> bool:
        """Whether this plane parts the classes."""
        return self.width > 0.0


def margin(inputs: Numbers, signs: Numbers) -> Margin:
    """The widest margin of N×d inputs with signs ±1, of planes through the origin."""
    *_, found = margins(inputs, signs)
    return found


def margins(inputs: Numbers, signs: Numbers) -> Iterator[Margin]:
    """The search for it, step by step; the last one is the answer."""
    points = signs[:, None] * inputs
    reach = float(np.sqrt((points**2).sum(axis=1).max()))
    start = int((points**2).sum(axis=1).argmin())
    chosen, shares = [start], np.ones(1)
    nearest = points[start]
    for _ in range(MOST_STEPS):
        length = float(np.linalg.norm(nearest))
        heights = points @ nearest
        lowest = int(heights.argmin())
        width = float(heights[lowest]) / length if length else 0.0
        yield Margin(nearest / (length or 1.0), width, length, len(chosen))
        done = length <= NEAR * reach or length - width <= NEAR * length
        if done or lowest in chosen:
            return
        chosen.append(lowest)
        shares = np.append(shares, 0.0)
        chosen, shares = _corral(points, chosen, shares)
        nearest = shares @ points[chosen]


def _corral(points: Numbers, chosen: list[int], shares: Numbers) -> tuple[list[int], Numbers]:
    """Mix the chosen points to the point nearest to 0, leaving out those with no share in it."""
    while True:
        best = _affine(points[chosen])
        if (best > 1e-12).all():
            return chosen, best
        falling = best <= 1e-12
        # As far towards it as all shares stay ≥ 0.
        steps = shares[falling] / np.maximum(shares[falling] - best[falling], 1e-300)
        shares = shares + min(1.0, float(steps.min())) * (best - shares)
        kept: NDArray[np.bool_] = shares > 1e-12
        chosen = [index for index, keep in zip(chosen, kept, strict=True) if keep]
        shares = shares[kept] / shares[kept].sum()


def _affine(points: Numbers) -> Numbers:
    """Shares, of sum 1, of the point nearest to 0 in the flat through ``points``."""
    products = points @ points.T
    scale = products.trace() / len(points)
    found = np.linalg.lstsq(products / scale + 1.0, np.ones(len(points)), rcond=None)[0]
    shares: Numbers = found / found.sum()
    return shares

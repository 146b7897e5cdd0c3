"""What became of a layer's filters: which are dead, which are near-duplicates, who dominates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

DEAD = 0.02  # below this share of the strongest filter's RMS nothing of it is seen
TWINS = 0.95  # a cosine from which two filters look the same


@dataclass(frozen=True, eq=False)
class Census:
    """Of F filters: ``rms`` F, the root mean square of each one's weights.

    ``dead``: those below ``DEAD`` of the strongest. ``twins``: groups of living filters that are
    linked by a cosine of at least ``TWINS``, whatever their size. ``nearest`` F and ``cosine`` F:
    each filter's most similar other one; itself and 0 where there is none alive.
    """

    rms: NDArray[np.float64]
    dead: tuple[int, ...]
    twins: tuple[tuple[int, ...], ...]
    nearest: NDArray[np.int64]
    cosine: NDArray[np.float64]

    @property
    def dominance(self) -> float:
        """How many times the median filter's RMS the strongest has; 1 where all are zero."""
        median = float(np.median(self.rms))
        if median > 0:
            return float(self.rms.max()) / median
        return float("inf") if self.rms.max() > 0 else 1.0


def census(weights: Tensor) -> Census:
    """Count what became of the filters F×C×h×w of one layer.

    Raises ValueError for another shape and for weights that are not finite. That dead filters and
    repeated ones tell of a bad first layer is Zeiler and Fergus' point (2014, section 4.1).
    """
    if weights.ndim != 4 or not weights.numel():
        raise ValueError("A census needs weights filters×channels×height×width.")
    if not torch.isfinite(weights).all():
        raise ValueError("The layer's weights are not finite: this training went wrong.")
    rows = weights.detach().cpu().double().flatten(1).numpy()
    rms = np.sqrt((rows**2).mean(axis=1))
    alive = (rms >= DEAD * rms.max()) & (rms > 0)
    alike = _cosines(rows, alive)
    nearest, cosine = alike.argmax(axis=1), alike.max(axis=1)
    lonely = cosine <= 0
    nearest[lonely], cosine[lonely] = np.flatnonzero(lonely), 0.0
    dead = tuple(np.flatnonzero(~alive).tolist())
    return Census(rms, dead, _groups(alike >= TWINS), nearest, cosine)


def _cosines(rows: NDArray[np.float64], alive: NDArray[np.bool_]) -> NDArray[np.float64]:
    """F×F, 0 on the diagonal and wherever one of the two is dead."""
    sizes = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.where(alive[:, None], rows / np.where(sizes > 0, sizes, 1.0), 0.0)
    alike: NDArray[np.float64] = unit @ unit.T
    np.fill_diagonal(alike, 0.0)
    return alike


def _groups(linked: NDArray[np.bool_]) -> tuple[tuple[int, ...], ...]:
    """The connected groups of two or more, each in order, the first member's order."""
    groups, left = [], set(np.flatnonzero(linked.any(axis=1)).tolist())
    while left:
        group, new = set[int](), {min(left)}
        while new:
            group |= new
            new = set(np.flatnonzero(linked[sorted(new)].any(axis=0)).tolist()) - group
        groups.append(tuple(sorted(group)))
        left -= group
    return tuple(groups)

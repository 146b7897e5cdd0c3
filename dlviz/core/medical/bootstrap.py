"""Intervals by drawing the same number of pictures again, with replacement (Efron 1979).

The 95 % percentile interval: between the 2.5th and the 97.5th percentile of what the drawn sets
give. Seeded; a pair of readers is drawn together, picture by picture, for the paired difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlviz.core.medical.verdicts import Array, Counts, checked, ratio

DRAWS = 1000
LEVEL = 0.95


def drawn(count: int, *, seed: int, draws: int = DRAWS) -> NDArray[np.float32]:
    """How often each of ``count`` pictures is in each drawn set: draws×count, rows add to count."""
    rng = np.random.default_rng(seed)
    picked = rng.integers(count, size=(draws, count)) + np.arange(draws)[:, None] * count
    often = np.bincount(picked.ravel(), minlength=draws * count)
    return often.reshape(draws, count).astype(np.float32)


def interval(values: ArrayLike, level: float = LEVEL) -> Array:
    """Draws×… numbers → 2×…: the percentiles that hold ``level`` between them, NaN left out.

    NaN where no draw gives a number. Linear between neighbours, as NumPy's percentile.
    """
    ordered = np.sort(np.asarray(values, np.float64), axis=0)  # NaN come last
    known = np.sum(~np.isnan(ordered), axis=0)
    found = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        place = share * np.maximum(known - 1, 0)
        below = np.floor(place).astype(int)
        above = np.minimum(below + 1, np.maximum(known - 1, 0))
        low = np.take_along_axis(ordered, below[None], 0)[0]
        high = np.take_along_axis(ordered, above[None], 0)[0]
        found.append(low + (place - below) * (high - low))
    return np.stack(found)


def counts_drawn(
    scores: ArrayLike, ill: ArrayLike, thresholds: ArrayLike, often: NDArray[np.float32]
) -> Counts:
    """The counts of every drawn set at every threshold: draws×thresholds each."""
    numbers, truth = checked(scores, ill)
    called = (numbers[:, None] >= np.asarray(thresholds, np.float64)).astype(np.float32)
    tp = (often[:, truth] @ called[truth]).astype(np.float64)
    fp = (often[:, ~truth] @ called[~truth]).astype(np.float64)
    all_ill = often[:, truth].sum(1, dtype=np.float64)[:, None]
    all_well = often[:, ~truth].sum(1, dtype=np.float64)[:, None]
    return Counts(tp, fp, all_ill - tp, all_well - fp)


def share_intervals(
    scores: ArrayLike, ill: ArrayLike, thresholds: ArrayLike, *, seed: int = 0
) -> dict[str, Array]:
    """Precision, recall, specificity and F1 by name → 2×thresholds: their intervals."""
    often = drawn(len(np.asarray(ill)), seed=seed)
    shares = counts_drawn(scores, ill, thresholds, often).shares
    return {name: interval(values) for name, values in shares.items()}


def auc_drawn(scores: ArrayLike, ill: ArrayLike, often: NDArray[np.float32]) -> Array:
    """The area under the ROC curve of every drawn set, NaN for one without both kinds."""
    numbers, truth = checked(scores, ill)
    higher = np.sign(numbers[truth][:, None] - numbers[~truth]).astype(np.float32) / 2 + 0.5
    of_ill, of_well = often[:, truth], often[:, ~truth]
    right = ((of_ill @ higher) * of_well).sum(1, dtype=np.float64)
    pairs = of_ill.sum(1, dtype=np.float64) * of_well.sum(1, dtype=np.float64)
    return ratio(right, pairs)


@dataclass(frozen=True, eq=False)
class Pair:
    """Two readers on the same pictures: F1 of both in every drawn set, and on the pictures.

    ``draws``: draws×2. ``f1``: 2.
    """

    f1: Array
    draws: Array

    @property
    def intervals(self) -> Array:
        """2 (low, high) × 2 (readers): each reader's own."""
        return interval(self.draws)

    @property
    def difference(self) -> float:
        """Second minus first."""
        return float(self.f1[1] - self.f1[0])

    @property
    def paired(self) -> Array:
        """Low and high of the difference, taken within each drawn set."""
        return interval(self.draws[:, 1] - self.draws[:, 0])


def paired_f1(calls: ArrayLike, ill: ArrayLike, often: NDArray[np.float32]) -> Pair:
    """calls: 2×N bools, what both readers call ill; ill: N bools; often: draws×N."""
    said, truth = np.asarray(calls, bool), np.asarray(ill, bool)
    both = np.stack([2.0 * (said & truth), said.astype(float) + truth])  # above, below: 2×2×N
    # Whole numbers: exact in 32 bits. Each is readers×draws.
    above, below = (both.astype(np.float32) @ often.T).astype(np.float64)
    whole = ratio(both[0].sum(1), both[1].sum(1))
    return Pair(whole, ratio(above, below).T)

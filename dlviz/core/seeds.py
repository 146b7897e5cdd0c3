"""Numbers over several seeds: means with their 95 % intervals, and differences in pairs.

An interval is Student's: mean ± t·s/√n with n − 1 degrees of freedom (Student 1908, "The probable
error of a mean"). It says where the mean of very many seeds would be, if their values are spread
like a bell; five values cannot show that they are not. Imports no torch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

# The t that 2.5 % of Student's distribution exceed, for 1, 2, … degrees of freedom.
T_95 = (
    *(12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281),
    *(2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930),
)
MOST_SEEDS = len(T_95) + 1


@dataclass(frozen=True)
class Interval:
    """A mean of ``count`` values, and between ``low`` and ``high`` its 95 % interval.

    Of a single value nobody can say how far the next would lie: its interval is endless.
    """

    mean: float
    low: float
    high: float
    count: int

    @property
    def is_known(self) -> bool:
        """Whether there were values enough for an interval."""
        return math.isfinite(self.high - self.low)

    @property
    def sign(self) -> int:
        """1 or −1 where all of the interval lies above or below 0, else 0."""
        return (self.low > 0) - (self.high < 0)


def interval(values: Sequence[float]) -> Interval:
    """The mean of 1 to 20 values with its interval; ValueError for others."""
    if not 1 <= len(values) <= MOST_SEEDS:
        raise ValueError(f"An interval takes 1 to {MOST_SEEDS} values, not {len(values)}.")
    middle = fmean(values)
    if len(values) == 1:
        return Interval(middle, -math.inf, math.inf, 1)
    reach = T_95[len(values) - 2] * stdev(values) / math.sqrt(len(values))
    return Interval(middle, middle - reach, middle + reach, len(values))


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Interval:
    """``ours`` less ``theirs``, seed by seed: what both owe to the seed drops out.

    ValueError where they are not as many.
    """
    return interval([one - other for one, other in zip(ours, theirs, strict=True)])

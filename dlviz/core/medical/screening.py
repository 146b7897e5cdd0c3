"""Who is looked at: sets of the same size at another prevalence, nested in one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

PREVALENCES = (0.5, 0.2, 0.1, 0.05, 0.02)


def most_pictures(ill: ArrayLike, prevalences: tuple[float, ...] = PREVALENCES) -> int:
    """How large a set can be that exists at each prevalence: a multiple of 10."""
    truth = np.asarray(ill, bool)
    have = int(truth.sum()), int((~truth).sum())
    fits = [min(have[0] / share, have[1] / (1 - share)) for share in prevalences]
    return int(min(fits) + 1e-9) // 10 * 10


def at_prevalence(ill: ArrayLike, share: float, count: int, *, seed: int) -> NDArray[np.intp]:
    """Which pictures make a set of ``count``, ``share`` of them ill; rounded to whole pictures.

    With one seed the ill of a rarer illness are among those of a more frequent one. Raises
    ValueError where there are too few of a kind.
    """
    truth = np.asarray(ill, bool)
    rng = np.random.default_rng(seed)
    kinds = [rng.permutation(np.flatnonzero(truth)), rng.permutation(np.flatnonzero(~truth))]
    wanted = round(share * count)
    if not (0 < wanted <= len(kinds[0]) and 0 < count - wanted <= len(kinds[1])):
        raise ValueError(
            f"There are {len(kinds[0])} ill and {len(kinds[1])} well pictures: no set of {count} "
            f"has {share:.0%} ill."
        )
    return np.concatenate([kinds[0][:wanted], kinds[1][: count - wanted]])

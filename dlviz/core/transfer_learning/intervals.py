"""How sure a share of a few pictures is: Wilson's 95 % interval."""

from __future__ import annotations

import math

_Z = 1.959963984540054  # 95 % of a normal distribution lie within ± so many deviations


def wilson(right: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of ``right`` in ``total`` (E. B. Wilson 1927, JASA 22).

    Right near 0 and 1 too, where ± standard error would be 0 wide. Raises ValueError for no total.
    """
    if not 0 <= right <= total or total < 1:
        raise ValueError("A share is of at least one, and has no more than all of them.")
    share, z2 = right / total, _Z * _Z
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return max(0.0, middle - half), min(1.0, middle + half)

"""Ticks at powers of ten whose exponents are as large as the other letters."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10
from typing import Any

from dlviz.core.words import with_power

MOST = 8


def decades(*values: float) -> dict[str, Any]:
    """Plotly's logarithmic axis for them: "10⁻⁵", "1", "10³"; at most ``MOST`` ticks.

    Plotly's own exponents are 0.7 of its letters. Values that are not above 0 have no place.
    """
    powers = [log10(value) for value in values if isfinite(value) and value > 0] or [0.0]
    first, last = floor(min(powers)), ceil(max(powers))
    step = ceil((last - first + 1) / MOST)
    at = range(ceil(first / step) * step, last + 1, step)
    texts = {0: "1", 1: "10"}
    return {
        "type": "log",
        "tickvals": [10.0**power for power in at],
        "ticktext": [texts.get(power) or with_power(10.0**power, 1) for power in at],
    }

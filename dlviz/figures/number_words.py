"""Numbers as people write them, where the browser is not asked: the live view says the same."""

from __future__ import annotations

import math

from dlviz.core.words import NO_NUMBER, with_power

HUGE = 1e4  # from here on a loss is written with a power of ten


def loss_text(loss: float) -> str:
    """A loss in full up to 10⁴, beyond it in two digits and a power of ten: "1.2 × 10¹²".

    What is not finite is "no number".
    """
    if not math.isfinite(loss):
        return NO_NUMBER
    return f"{loss:.3f}" if abs(loss) < HUGE else with_power(loss, 2)


def share_text(share: float) -> str:
    """What is measured, not guessed, and may be all or more: "7.5 %", "100 %", "108.3 %"."""
    return "100 %" if share == 1 else f"{100 * share:.1f} %"

"""Numbers as people write them, where the browser is not asked: the live view says the same."""

from __future__ import annotations

import math

HUGE = 1e4  # from here on a loss is written with a power of ten
NO_NUMBER = "no number"
_THIN = "\u202f"  # a narrow space that does not break
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def loss_text(loss: float) -> str:
    """A loss in full up to 10⁴, beyond it in two digits and a power of ten: "1.2 × 10¹²".

    What is not finite is "no number".
    """
    if not math.isfinite(loss):
        return NO_NUMBER
    return f"{loss:.3f}" if abs(loss) < HUGE else _with_power(loss)


def _with_power(value: float) -> str:
    digits, exponent = f"{abs(value):.1e}".split("e")
    power = "10" + str(int(exponent)).translate(_RAISED)
    sign = "−" if value < 0 else ""
    return sign + (power if digits == "1.0" else f"{float(digits):g}{_THIN}×{_THIN}{power}")

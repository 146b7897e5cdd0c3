"""Numbers that may be very small or very large, as a teacher writes them."""

from __future__ import annotations

from math import floor, log10

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def short(value: float) -> str:
    """Two digits: −0.021, 3.4, 250; where that has many zeros, 2·10⁻⁷."""
    size = abs(value)
    if size == 0:
        return "0"
    if 0.001 <= size < 9_995:
        text = f"{value:.0f}" if size >= 100 else f"{float(f'{value:.2g}'):g}"
    else:
        power = floor(log10(size))
        digit = round(value / 10.0**power)
        if abs(digit) == 10:
            digit, power = digit // 10, power + 1
        text = f"{digit}·10{str(power).translate(_RAISED)}"
    return text.replace("-", "−")

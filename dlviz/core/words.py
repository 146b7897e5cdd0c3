"""Numbers as people write them: 2 000, 97 %, 10⁻⁵. Imports nothing of dlviz."""

from __future__ import annotations

import math
from decimal import Decimal

THIN = "\u202f"  # a narrow space that does not break
NO_NUMBER = "no number"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALLEST, _LARGEST = -4, 6  # powers of ten within which digits alone are read easily


def grouped(count: float) -> str:
    """A count with its thousands apart: "12 345"."""
    return f"{count:,.0f}".replace(",", THIN)


def limit(value: float) -> str:
    """A limit as a hand would type it: 2147483647, 0.5."""
    return str(value) if isinstance(value, int) else f"{value:g}"


def percent(share: float, digits: int = 0) -> str:
    """A share of 1: "97 %", with ``digits`` behind the point."""
    return f"{share:.{digits}%}".replace("%", " %")


def written(value: float, digits: int | None = None) -> str:
    """Any number: "0.001", "1 660", "10⁻⁵", "1.2 × 10⁻⁷"; ``digits`` significant, or all."""
    if not math.isfinite(value):
        return NO_NUMBER
    number = _rounded(value, digits)
    if number and not _SMALLEST <= number.adjusted() < _LARGEST:
        return with_power(value, digits)
    return _sign(number) + f"{abs(number):,f}".replace(",", THIN)


def with_power(value: float, digits: int | None = None) -> str:
    """A finite number, not 0, by its power of ten: "1.2 × 10¹²"; ``digits`` significant, or all."""
    number = _rounded(value, digits)
    first = abs(number).scaleb(-number.adjusted())
    power = f"10{str(number.adjusted()).translate(_RAISED)}"
    return _sign(number) + (power if first == 1 else f"{first:f}{THIN}×{THIN}{power}")


def _rounded(value: float, digits: int | None) -> Decimal:
    """Without zeros at its end."""
    return Decimal(f"{value:.{digits}g}" if digits else repr(float(value))).normalize()


def _sign(number: Decimal) -> str:
    return "−" if number < 0 else ""

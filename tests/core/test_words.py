"""Numbers in sentences: what is written means the number, and nothing looks like a program's."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlviz.core.words import THIN, grouped, limit, percent, written

FAST = settings(derandomize=True, deadline=None, max_examples=200)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.001, None, "0.001"),
        (0.003, None, "0.003"),
        (1.0, None, "1"),
        (100.0, None, "100"),
        (0.0, None, "0"),
        (-0.5, None, "−0.5"),
        (0.0001, None, "0.0001"),
        (1e-5, None, "10⁻⁵"),
        (3e-5, None, "3 × 10⁻⁵"),
        (1.25e-7, None, "1.25 × 10⁻⁷"),
        (1660.0, 3, "1 660"),
        (1663.7, 3, "1 660"),
        (123456.0, None, "123 456"),
        (1e12, None, "10¹²"),
        (2.34e12, 2, "2.3 × 10¹²"),
        (0.1 + 0.2, None, "0.30000000000000004"),
        (math.nan, 3, "no number"),
        (math.inf, None, "no number"),
    ],
)
def test_a_number_as_people_write_it(value: float, digits: int | None, text: str) -> None:
    assert written(value, digits).replace(THIN, " ") == text


@FAST
@given(value=st.floats(1e-30, 1e30) | st.floats(-1e30, -1e-30))
def test_two_numbers_are_never_written_alike(value: float) -> None:
    assert written(value) != written(math.nextafter(value, math.inf))
    assert "e" not in written(value)


def test_counts_and_shares() -> None:
    assert grouped(2000) == f"2{THIN}000"
    assert [grouped(0), grouped(999), grouped(1234567)] == ["0", "999", f"1{THIN}234{THIN}567"]
    assert [percent(0.97), percent(1), percent(0.0545, 1)] == ["97 %", "100 %", "5.5 %"]


@pytest.mark.parametrize(
    ("value", "text"), [(2**31 - 1, "2147483647"), (0, "0"), (1000.0, "1000"), (0.05, "0.05")]
)
def test_a_limit_is_written_as_it_is_typed(value: float, text: str) -> None:
    assert limit(value) == text

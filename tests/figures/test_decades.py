"""Ticks at powers of ten: as large as the other letters, and not too many."""

from __future__ import annotations

import pytest

from dlviz.figures.decades import MOST, decades


def test_they_are_written_with_letters_of_full_size() -> None:
    axis = decades(0.02, 300.0, 0.0, float("inf"))
    assert axis["ticktext"] == ["10⁻²", "10⁻¹", "1", "10", "10²", "10³"]
    assert axis["tickvals"] == pytest.approx([0.01, 0.1, 1, 10, 100, 1000])


@pytest.mark.parametrize("least", [1e-12, 1e-40, 1e-300])
def test_many_powers_get_few_ticks_and_1_is_one_of_them(least: float) -> None:
    axis = decades(least, 1.0)
    assert "1" in axis["ticktext"]
    assert len(axis["ticktext"]) == len(axis["tickvals"]) <= MOST


def test_nothing_to_draw_is_an_axis_too() -> None:
    assert decades()["ticktext"] == ["1"]

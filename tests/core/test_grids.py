"""The sample grids: the lecture's by hand, the others by what they are for."""

from __future__ import annotations

import numpy as np
import pytest

from dlviz.core.grids import GRIDS


@pytest.mark.parametrize("name", GRIDS)
def test_every_entry_is_complete(name):
    grid = GRIDS[name]
    assert grid.name == name
    assert grid.title
    assert grid.what.endswith(".")
    assert grid.array.shape == (7, 7)
    assert grid.array.min() >= 0
    assert np.isfinite(grid.array).all()


def test_what_must_be_there_is_there():
    assert {"lecture", "impulse", "edge", "checkerboard", "ramp"} <= set(GRIDS)


def test_the_lectures_grid():
    rows = ["".join(str(value) for value in row) for row in GRIDS["lecture"].values]
    assert rows == ["0111000", "0011100", "0001110", "0001100", "0011000", "0110000", "1100000"]


def test_the_others_are_what_their_names_say():
    impulse, edge = GRIDS["impulse"].array, GRIDS["edge"].array
    assert impulse.sum() == 1
    assert impulse[3, 3] == 1
    assert np.count_nonzero(np.diff(edge, axis=1)) == 7
    assert np.count_nonzero(np.diff(edge, axis=0)) == 0
    checkerboard, ramp = GRIDS["checkerboard"].array, GRIDS["ramp"].array
    assert (np.abs(np.diff(checkerboard, axis=0)) == 1).all()
    assert (np.abs(np.diff(checkerboard, axis=1)) == 1).all()
    assert np.ptp(np.diff(ramp, axis=1)) == 0
    assert np.ptp(np.diff(ramp, axis=0)) == 0
    assert ramp[0, 0] < ramp[0, 6]

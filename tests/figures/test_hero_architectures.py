"""Home's picture of the page “architectures”."""

from __future__ import annotations

import numpy as np
import pytest

from dlviz.figures.board import Board
from dlviz.figures.hero_architectures import SIDE, bars, draw


def test_bars_are_as_high_as_their_values():
    wall = bars([1.0, 0.5, 0.25], ["#0072B2", "#D55E00", "#009E73"], "light")
    high = [int((wall == colour).all(axis=2).any(axis=1).sum()) for colour in
            ([0, 114, 178], [213, 94, 0], [0, 158, 115])]  # fmt: skip
    assert high == [320, 160, 80]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_drawn(theme):
    board = Board(theme)
    draw(board)
    pixels = np.asarray(board.image)
    for left in (12, 384, 756):
        assert pixels[6:358, left : left + SIDE].reshape(-1, 3).std(axis=0).max() > 20

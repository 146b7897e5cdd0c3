"""Home's picture of the page “neurons”."""

from __future__ import annotations

import numpy as np
import pytest

from dlviz.figures.board import INK, Board
from dlviz.figures.hero_neurons import draw, functions


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_two_of_the_sixteen_functions_are_crossed_out(theme):
    wall = functions(theme)
    middles = [
        tuple(wall[row * 96 + 32, column * 96 + 32]) == INK[theme]
        for row in range(4)
        for column in range(4)
    ]
    assert [place for place, crossed in enumerate(middles) if crossed] == [6, 9]


def test_it_is_drawn():
    board = Board("light")
    draw(board)
    pixels = np.asarray(board.image)
    for left in (12, 384, 756):
        assert pixels[6:358, left : left + 352].reshape(-1, 3).std(axis=0).max() > 20

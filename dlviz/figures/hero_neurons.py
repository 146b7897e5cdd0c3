"""Home's picture of the page “neurons”: what one unit can do, what it learns, what two add."""

from __future__ import annotations

from itertools import product

import numpy as np

from dlviz.core.neurons.gates import Bits, separable
from dlviz.core.neurons.perceptron import learn, weights_after
from dlviz.core.neurons.xor import xor_spec
from dlviz.core.points.data import DOMAIN, points_of
from dlviz.core.points.restarts import from_start
from dlviz.core.words import percent
from dlviz.figures.board import CURVES, INK, PAPER, Board
from dlviz.figures.colours import Colours, signed_colours
from dlviz.figures.restarts import surface
from dlviz.io.perceptron_pairs import digit_pair

SIDE = 352
_CELL, _GAP = 64, 32


def _function(bits: Bits, theme: str) -> Colours:
    """Four cells, x₁ across and x₂ upwards; one that no unit computes is crossed out."""
    possible = bits in separable(2)
    values = np.array(bits, dtype=float).reshape(2, 2).T[::-1]
    cells = signed_colours(np.where(values > 0, 0.7, -0.25), 1.0, theme)
    picture: Colours = cells.repeat(_CELL // 2, axis=0).repeat(_CELL // 2, axis=1)
    if not possible:
        row, column = np.indices(picture.shape[:2])
        across = (abs(row - column) < 4) | (abs(row + column - _CELL + 1) < 4)
        picture[across] = INK[theme]
    return picture


def functions(theme: str) -> Colours:
    """All 16 functions of two inputs, four to a row."""
    wall = np.full((SIDE, SIDE, 3), PAPER[theme], dtype=np.uint8)
    for place, bits in enumerate(product((0, 1), repeat=4)):
        top, left = (part * (_CELL + _GAP) for part in divmod(place, 4))
        wall[top : top + _CELL, left : left + _CELL] = _function(bits, theme)
    return wall


def draw(board: Board) -> None:
    """The functions that one unit computes, a perceptron's weights, XOR by two hidden units."""
    reached = len(separable(2))
    board.picture(12, 6, functions(board.theme), side=SIDE)
    board.text(12, 372, f"one unit: {reached} of 16", size=30)

    pair = digit_pair("0", "1", each=100, seed=0)
    lessons = learn(pair.inputs, pair.signs, (pair.others, pair.truth))
    made = len(lessons.mistakes)
    weights = weights_after(pair.inputs, pair.signs, lessons, made)[:-1].reshape(pair.shape)
    board.picture(384, 6, signed_colours(weights, theme=board.theme), side=SIDE)
    board.text(384, 372, f"{made} mistakes: {percent(lessons.held_out[-1])}", size=30)

    spec = xor_spec("two_tanh")
    start, points = from_start(spec, 0), points_of(spec.data)
    colours = ["#{:02x}{:02x}{:02x}".format(*colour) for colour in CURVES[board.theme]]
    features = spec.net.features
    ground = surface(
        start.network, points, features, colours=colours, theme=board.theme, side=SIDE // 2
    )
    board.picture(756, 6, ground, side=SIDE)
    places = (points.test_x / DOMAIN + 1) / 2
    board.marks(756, 6, SIDE, places, points.test_y.astype(int).tolist())
    board.text(756, 372, f"XOR, 2 hidden: {percent(start.accuracy)}", size=30)

"""The best line on XOR against every line through two points; the starts are the points lab's."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from dlviz.core.neurons.xor import HIDDEN, best_line, xor_spec
from dlviz.core.points.cards import POINT_CARDS
from dlviz.core.points.data import points_of
from dlviz.core.points.presets import net


def most_right(x, y):
    """Every dichotomy of a line is one of a line through two points, moved by a hair."""
    best = 0
    for i, j in permutations(range(len(x)), 2):
        along = x[j] - x[i]
        normal = np.array([-along[1], along[0]])
        for turn in (-1e-6, 1e-6):  # so that one of the two falls on either side
            bent = normal + turn * along
            for shift in (-1e-9, 1e-9):
                above = (x - x[i]) @ bent > shift
                best = max(best, int((above == (y == 1)).sum()))
    return best


@pytest.mark.parametrize("seed", range(3))
def test_no_line_is_better_than_the_best(seed):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(14, 2))
    y = generator.integers(0, 2, 14)
    neuron, share = best_line(x, y)
    said = neuron.forward(x).outputs[:, 0] > 0
    assert (said == (y == 1)).mean() == pytest.approx(share)
    assert round(share * 14) == most_right(x, y)


def test_of_four_corners_three_and_of_the_clouds_no_more_than_three():
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    assert best_line(corners, np.array([0, 1, 1, 0]))[1] == 0.75
    assert best_line(corners, np.array([0, 0, 0, 1]))[1] == 1.0
    points = points_of(xor_spec("none").data)
    neuron, share = best_line(points.train_x, points.train_y)
    assert 0.75 < share < 0.8  # three clouds, and stray points of the fourth
    said = neuron.forward(points.train_x).outputs[:, 0] > 0
    right = said == (points.train_y == 1)
    sides = points.train_x > 0
    clouds = [
        right[(sides == side).all(axis=1)].mean() for side in ((0, 0), (0, 1), (1, 0), (1, 1))
    ]
    assert sorted(share > 0.5 for share in clouds) == [False, True, True, True]


def test_the_networks_are_those_of_the_points_labs_card():
    card = POINT_CARDS["two_units"].settings
    spec = xor_spec("two_tanh")
    assert card == {"data": "xor", "hidden": spec.net.text, "epochs": str(spec.train.epochs)}
    assert HIDDEN["three_tanh"][1] == net("3tanh")

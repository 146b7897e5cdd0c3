"""XOR: the best that one line can do, and networks that do it."""

from __future__ import annotations

import numpy as np

from dlviz.core.points.network import Dense, Network
from dlviz.core.points.numbers import Labels, Numbers
from dlviz.core.points.presets import NO_LAYER, net
from dlviz.core.points.specs import PointsData, PointsNet, PointsSpec, PointsTrain

DIRECTIONS = 360
STEEP = 3.0  # of a line found by search: how surely it speaks
HIDDEN: dict[str, tuple[str, PointsNet]] = {
    "two_tanh": ("Two hidden units (tanh)", net("2tanh")),
    "two_relu": ("Two hidden units (ReLU)", net("2relu")),
    "three_tanh": ("Three (tanh)", net("3tanh")),
    "none": ("None: one neuron", NO_LAYER),
}


def xor_spec(hidden: str) -> PointsSpec:
    """The points lab's XOR for 100 epochs, with the hidden units registered under this name."""
    return PointsSpec(PointsData("xor"), HIDDEN[hidden][1], PointsTrain(epochs=100))


def best_line(x: Numbers, y: Labels) -> tuple[Network, float]:
    """The line with most of N×2 points on the right side, as one neuron → (neuron, that share).

    Tried are 360 directions all around and, in each, every threshold between two points: nothing
    is left out but directions in between.
    """
    best, share = (np.zeros(2), 0.0), 0.0
    signs = np.where(y == 1, 1, -1)
    for angle in np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS:
        direction = np.array([np.cos(angle), np.sin(angle)])
        along = x @ direction
        order = np.argsort(along)
        # Class 1 above the threshold: right are its points above and the others below.
        right = (signs == 1).sum() - np.concatenate([[0], np.cumsum(signs[order])])
        place = int(right.argmax())
        if right[place] > share * len(x):
            share = float(right[place]) / len(x)
            ends = np.concatenate([[along.min() - 1], along[order], [along.max() + 1]])
            best = direction, float(ends[place] + ends[place + 1]) / 2
    direction, threshold = best
    neuron = Dense(STEEP * direction[None], np.array([-STEEP * threshold]))
    return Network([neuron]), share

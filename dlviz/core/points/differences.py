"""Finite differences of a network's loss on one batch: what every gradient is checked against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlviz.core.points.losses import LOSSES, Truth, penalty
from dlviz.core.points.network import Network
from dlviz.core.points.numbers import Numbers

KINKED = ("relu", "leaky_relu")
NUDGE = 6e-6  # about the cube root of float64's ε: the best for a central difference


@dataclass(frozen=True, eq=False)
class Problem:
    """J with its penalties as a function of the network, on N×features ``inputs``.

    ``loss``: as registered in ``LOSSES``. ``kept``: what dropout multiplies each layer by, held.
    """

    loss: str
    inputs: Numbers
    y: Truth
    kept: Sequence[Numbers | None]
    l1: float
    l2: float

    def penalty(self, network: Network) -> float:
        """What L1 and L2 add to the mean loss."""
        return penalty(network.numbers * network.is_weight, self.l1, self.l2)[0]

    def value(self, network: Network) -> tuple[float, list[Numbers]]:
        """J, and on which side of each of its kinks the network is: −1, 0 or 1."""
        outputs, sides = self._passes(network)
        sides.append(np.sign(network.numbers * network.is_weight * self.l1))
        return LOSSES[self.loss].of(outputs, self.y)[0] + self.penalty(network), sides

    def _passes(self, network: Network) -> tuple[Numbers, list[Numbers]]:
        a, sides = self.inputs, []
        for layer, kept in zip(network.layers, self.kept, strict=True):
            z = np.dot(a, layer.w.T) + layer.b
            sides += [np.sign(z)] if layer.activation in KINKED else []
            a = layer.function.value(z)
            a = a if kept is None else a * kept
        return a, sides


def finite_differences(network: Network, problem: Problem) -> tuple[Numbers, NDArray[np.bool_]]:
    """(J(w + h) − J(w − h)) / 2h of every number, the others held; and where that tells nothing.

    That is where w − h and w + h lie on two sides of a kink of J: the slope in between is neither.
    """
    tried = Network(network.layers)
    found, kinked = np.zeros_like(tried.numbers), np.zeros(len(tried.numbers), dtype=bool)
    for place, number in enumerate(network.numbers):
        h = NUDGE * max(1.0, abs(number))
        tried.numbers[place] = number + h
        above, right = problem.value(tried)
        tried.numbers[place] = number - h
        below, left = problem.value(tried)
        tried.numbers[place] = number
        found[place] = (above - below) / (2.0 * h)
        kinked[place] = any((a * b < 0).any() for a, b in zip(left, right, strict=True))
    return found, kinked

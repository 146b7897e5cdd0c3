"""Activation functions a = g(z) with their derivatives: one entry in ``ACTIVATIONS`` each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlviz.core.points.numbers import HALF, ONE, ZERO, Numbers, scalar

LEAK = 0.01
"""The slope of the leaky ReLU below 0, PyTorch's default."""


@dataclass(frozen=True)
class Activation:
    """``value(z)`` is a = g(z); ``slope(z, a)`` is g′(z), from whichever of the two is cheaper.

    Both keep the shape; ``slope`` gives a new array. At its kink a function has the slope of its
    left side, as in PyTorch.
    """

    title: str
    formula: str
    value: Callable[[Numbers], Numbers]
    slope: Callable[[Numbers, Numbers], Numbers]


def _sigmoid(z: Numbers) -> Numbers:
    """½(1 + tanh(z/2)) is 1/(1 + e⁻ᶻ), and overflows nowhere."""
    half: Numbers = np.tanh(z * HALF)
    half += ONE
    half *= HALF
    return half


def _elu(z: Numbers) -> Numbers:
    """min: what is not taken must not overflow either."""
    return np.where(z > ZERO, z, np.expm1(np.minimum(z, ZERO)))


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(
        "ReLU",
        "max(0, z)",
        lambda z: np.maximum(z, ZERO),
        lambda z, _: (z > ZERO).astype(np.float64),
    ),
    "leaky_relu": Activation(
        "Leaky ReLU",
        f"z if z > 0, else {LEAK} z",
        lambda z: np.maximum(z, scalar(LEAK) * z),
        lambda z, _: np.where(z > ZERO, ONE, scalar(LEAK)),
    ),
    "elu": Activation(
        "ELU",
        "z if z > 0, else eᶻ − 1",
        _elu,
        lambda z, a: np.where(z > ZERO, ONE, a + ONE),
    ),
    "tanh": Activation("tanh", "tanh z", np.tanh, lambda _, a: ONE - a * a),
    "sigmoid": Activation("Sigmoid", "1 / (1 + e⁻ᶻ)", _sigmoid, lambda _, a: a * (ONE - a)),
    "linear": Activation("Linear", "z", lambda z: z, lambda z, _: np.ones_like(z)),
}

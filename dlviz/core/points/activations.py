"""Activation functions a = g(z) with their derivatives: one entry in ``ACTIVATIONS`` each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlviz.core.points.numbers import Numbers

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
    half: Numbers = np.tanh(z * 0.5)
    half += 1.0
    half *= 0.5
    return half


def _elu(z: Numbers) -> Numbers:
    """min: what is not taken must not overflow either."""
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0.0)))


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(
        "ReLU",
        "max(0, z)",
        lambda z: np.maximum(z, 0.0),
        lambda z, _: (z > 0).astype(np.float64),
    ),
    "leaky_relu": Activation(
        "Leaky ReLU",
        f"z if z > 0, else {LEAK} z",
        lambda z: np.maximum(z, LEAK * z),
        lambda z, _: np.where(z > 0, 1.0, LEAK),
    ),
    "elu": Activation(
        "ELU",
        "z if z > 0, else eᶻ − 1",
        _elu,
        lambda z, a: np.where(z > 0, 1.0, a + 1.0),
    ),
    "tanh": Activation("tanh", "tanh z", np.tanh, lambda _, a: 1.0 - a * a),
    "sigmoid": Activation("Sigmoid", "1 / (1 + e⁻ᶻ)", _sigmoid, lambda _, a: a * (1.0 - a)),
    "linear": Activation("Linear", "z", lambda z: z, lambda z, _: np.ones_like(z)),
}

"""Activation functions g(z) with their derivatives: one entry in ``BENDS`` each.

Those that the points lab trains with are its own; the others stand here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.numbers import Numbers

WIDEST = 6.0
"""From −6 to 6 all of them are told."""
FLAT = 0.05
"""A slope below it in size counts as flat: of a gradient that arrives, hardly any goes on."""


@dataclass(frozen=True)
class Bend:
    """``value(z)`` is a = g(z), ``slope(z)`` is g′(z), both in z's shape.

    ``lowest`` and ``highest`` bound g (±∞ where nothing does), ``steepest`` is the largest |g′|.
    ``note`` is a sentence on what it is for. At a kink the slope is the left side's, as in PyTorch.
    """

    title: str
    formula: str
    value: Callable[[Numbers], Numbers]
    slope: Callable[[Numbers], Numbers]
    lowest: float
    highest: float
    steepest: float
    note: str


def _sigmoid(z: Numbers) -> Numbers:
    return ACTIVATIONS["sigmoid"].value(z)


_FAR, _FINE = 9, 512  # Φ is 0 or 1 to the last bit but one beyond ±9
_PLACES = np.arange(-_FAR * _FINE, _FAR * _FINE + 1) / _FINE
_SHARES = np.array([0.5 * math.erfc(-place / math.sqrt(2.0)) for place in _PLACES])


def _density(z: Numbers) -> Numbers:
    """φ(z), the normal distribution's."""
    with np.errstate(under="ignore"):
        height: Numbers = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    return height


_DENSITIES = _density(_PLACES)


def _normal(z: Numbers) -> Numbers:
    """Φ(z), the share of a normal distribution below z.

    NumPy has no erf: this is Hermite's cubic between exact values, off by less than 10⁻¹³.
    """
    place = (np.clip(z, -_FAR, _FAR) + _FAR) * _FINE
    at = np.minimum(place.astype(np.int64), len(_PLACES) - 2)
    t = place - at
    low, high = _SHARES[at], _SHARES[at + 1]
    rise, fall = _DENSITIES[at] / _FINE, _DENSITIES[at + 1] / _FINE
    share: Numbers = low + t * (
        rise + t * (3.0 * (high - low) - 2.0 * rise - fall + t * (2.0 * (low - high) + rise + fall))
    )
    return share


def _gelu_slope(z: Numbers) -> Numbers:
    """Φ(z) + z φ(z)."""
    return _normal(z) + z * _density(z)


def _silu_slope(z: Numbers) -> Numbers:
    s = _sigmoid(z)
    return s * (1.0 + z * (1.0 - s))


def _known(name: str, lowest: float, highest: float, steepest: float, note: str) -> Bend:
    """One of the points lab's."""
    kind = ACTIVATIONS[name]
    return Bend(
        kind.title,
        kind.formula,
        kind.value,
        lambda z: kind.slope(z, kind.value(z)),
        lowest,
        highest,
        steepest,
        note,
    )


_INF = math.inf
BENDS: dict[str, Bend] = {
    "sigmoid": _known(
        "sigmoid",
        0.0,
        1.0,
        0.25,
        "A probability at the end of a network; inside, its slope of at most ¼ starves what is"
        " before it.",
    ),
    "tanh": _known(
        "tanh", -1.0, 1.0, 1.0, "Centred on 0 and as steep as 1 there, but flat on both sides."
    ),
    "relu": _known(
        "relu",
        0.0,
        _INF,
        1.0,
        "Slope 1 or 0: it passes a gradient on whole, or not at all; cheap, the usual choice"
        " since 2012.",
    ),
    "leaky_relu": _known(
        "leaky_relu",
        -_INF,
        _INF,
        1.0,
        "As ReLU, but a unit that never fires still learns a little.",
    ),
    "elu": _known(
        "elu", -1.0, _INF, 1.0, "Below 0 it bends smoothly to −1: its answers lie nearer to 0."
    ),
    "gelu": Bend(
        "GELU",
        "z Φ(z)",
        lambda z: z * _normal(z),
        _gelu_slope,
        -0.17,
        _INF,
        1.129,
        "z times the chance that a normal number lies below it; what transformers use.",
    ),
    "silu": Bend(
        "SiLU (swish)",
        "z / (1 + e⁻ᶻ)",
        lambda z: z * _sigmoid(z),
        _silu_slope,
        -0.279,
        _INF,
        1.1,
        "z times its own sigmoid: smooth, and it dips below 0 before it rises.",
    ),
    "softplus": Bend(
        "Softplus",
        "ln(1 + eᶻ)",
        lambda z: np.logaddexp(0.0, z),
        _sigmoid,
        0.0,
        _INF,
        1.0,
        "A smooth ReLU; its slope is the sigmoid.",
    ),
    "step": Bend(
        "Step",
        "1 if z ≥ 0, else 0",
        lambda z: (z >= 0.0).astype(np.float64),
        np.zeros_like,
        0.0,
        1.0,
        0.0,
        "McCulloch and Pitts’ own: yes or no, and slope 0 everywhere, so gradient descent is told"
        " nothing.",
    ),
}


def through_layers(name: str, layers: int) -> float:
    """The most that ``layers`` of them in a row can leave of a gradient of 1, weights aside."""
    return BENDS[name].steepest ** layers

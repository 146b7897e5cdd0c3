"""What a row of layers does to a signal on its way up and to its gradient on the way back.

Random weights, no training. Sources: Glorot and Bengio (AISTATS 2010); He et al.
(arXiv:1502.01852).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlviz.core.neurons.bends import BENDS
from dlviz.core.points.numbers import Numbers

INPUTS = 64
MOST_LAYERS, MOST_WIDTH = 50, 200


@dataclass(frozen=True)
class Spread:
    """Normal weights of mean 0; ``deviation(width)`` for layers of that many inputs and outputs."""

    title: str
    formula: str
    deviation: Callable[[int], float]


SPREADS: dict[str, Spread] = {
    "he": Spread("He", "√(2/n)", lambda width: float(np.sqrt(2.0 / width))),
    "xavier": Spread("Xavier", "√(1/n)", lambda width: float(np.sqrt(1.0 / width))),
    "small": Spread("σ = 0.01", "0.01", lambda _: 0.01),
    "large": Spread("σ = 1", "1", lambda _: 1.0),
}


@dataclass(frozen=True, eq=False)
class Passage:
    """Of one random network: layer 0 is the input.

    ``signal[l]``: by how much a unit's answer still differs from input to input, the root mean
    square over the units of its standard deviation over ``INPUTS`` inputs. ``gradient[l]``: the
    root mean square of ∂J/∂aₗ, where that of the last layer's answers is 1. ``answers[l]``:
    inputs×width, as they came out.
    """

    signal: Numbers
    gradient: Numbers
    answers: tuple[Numbers, ...]


def send(
    activation: str, spread: str, *, layers: int = 10, width: int = 100, seed: int = 0
) -> Passage:
    """Normal inputs through ``layers`` dense layers of ``width`` units, and a gradient back.

    aₗ = g(Wₗ aₗ₋₁); J is a random sum of the last answers. Biases are 0.
    """
    bend, generator = BENDS[activation], np.random.default_rng(seed)
    deviation = SPREADS[spread].deviation(width)
    a = generator.normal(size=(INPUTS, width))
    top = generator.normal(size=(INPUTS, width))
    answers, weights, slopes = [a], [], []
    for _ in range(layers):
        w = generator.normal(0.0, deviation, (width, width))
        z = a @ w.T
        a = bend.value(z)
        answers.append(a)
        weights.append(w)
        slopes.append(bend.slope(z))
    back = top / np.sqrt((top**2).mean())
    sizes = [1.0]
    for w, slope in zip(reversed(weights), reversed(slopes), strict=True):
        back = (back * slope) @ w
        sizes.append(float(np.sqrt((back**2).mean())))
    signal = [float(np.sqrt(a.var(axis=0).mean())) for a in answers]
    return Passage(np.array(signal), np.array(sizes[::-1]), tuple(answers))


@dataclass(frozen=True, eq=False)
class Band:
    """The same over several seeds: lowest, median and highest of each layer."""

    signal: Numbers
    gradient: Numbers


def band(activation: str, spread: str, *, layers: int, width: int, seeds: int) -> Band:
    """3×(layers + 1) each, of seeds 0, 1, …"""
    runs = [
        send(activation, spread, layers=layers, width=width, seed=seed) for seed in range(seeds)
    ]
    signal, gradient = (
        np.quantile([getattr(run, name) for run in runs], (0.0, 0.5, 1.0), axis=0)
        for name in ("signal", "gradient")
    )
    return Band(signal, gradient)

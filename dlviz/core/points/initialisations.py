"""Initial weights of a dense layer: one entry in ``INITIALISATIONS`` each. Biases begin at 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from dlviz.core.points.numbers import Numbers

LARGE = 5.0


@dataclass(frozen=True)
class Initialisation:
    """``weights(generator, outputs, inputs)`` gives a new outputs×inputs array."""

    title: str
    weights: Callable[[Generator, int, int], Numbers]


def _xavier(generator: Generator, outputs: int, inputs: int) -> Numbers:
    """Uniform with variance 2 / (inputs + outputs) (Glorot and Bengio, AISTATS 2010, eq. 16)."""
    bound = np.sqrt(6.0 / (inputs + outputs))
    return generator.uniform(-bound, bound, (outputs, inputs))


def _he(generator: Generator, outputs: int, inputs: int) -> Numbers:
    """Normal with variance 2 / inputs (He et al., arXiv:1502.01852, eq. 10): meant for ReLU."""
    return generator.normal(0.0, np.sqrt(2.0 / inputs), (outputs, inputs))


INITIALISATIONS: dict[str, Initialisation] = {
    "xavier": Initialisation("Xavier (for tanh)", _xavier),
    "he": Initialisation("He (for ReLU)", _he),
    "normal": Initialisation("Normal, deviation 1", lambda g, out, n: g.normal(0, 1, (out, n))),
    "zeros": Initialisation("All zero", lambda _, outputs, inputs: np.zeros((outputs, inputs))),
    "large": Initialisation(
        f"Too large: normal, deviation {LARGE:g}", lambda g, out, n: g.normal(0, LARGE, (out, n))
    ),
}

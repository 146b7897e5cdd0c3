"""How a gradient becomes a move: one entry in ``OPTIMISERS`` each; then w ← w − move.

They are PyTorch's of the same names with its defaults, on one vector of all weights and biases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from dlviz.core.points.losses import penalty
from dlviz.core.points.network import Network
from dlviz.core.points.numbers import Numbers, scalar

EPSILON = 1e-8
RMS_MEMORY = 0.99
ADAM_MEMORIES = (0.9, 0.999)


class Optimiser(Protocol):
    """``move(gradient, rate)``: what is to be subtracted; its arrays are its own, used again."""

    def move(self, gradient: Numbers, rate: float) -> Numbers: ...


class Descent:
    """move = λ∇J."""

    def __init__(self, size: int) -> None:
        self._move: Numbers = np.zeros(size)

    def move(self, gradient: Numbers, rate: float) -> Numbers:
        return np.multiply(gradient, scalar(rate), out=self._move)


class Momentum:
    """v ← μv + ∇J; move = λv, or λ(∇J + μv) with ``ahead`` (Nesterov).

    Sutskever et al., ICML 2013, as PyTorch writes it: the rate stands outside of v.
    """

    def __init__(self, size: int, memory: float, *, ahead: bool = False) -> None:
        self.velocity: Numbers = np.zeros(size)
        self.memory, self.ahead = memory, ahead
        self._move: Numbers = np.zeros(size)

    def move(self, gradient: Numbers, rate: float) -> Numbers:
        self.velocity *= scalar(self.memory)
        self.velocity += gradient
        if not self.ahead:
            return np.multiply(self.velocity, scalar(rate), out=self._move)
        np.multiply(self.velocity, scalar(self.memory), out=self._move)
        self._move += gradient
        self._move *= scalar(rate)
        return self._move


class RmsProp:
    """s ← αs + (1 − α)∇J²; move = λ∇J / (√s + ε) (Hinton's lecture 6e)."""

    def __init__(self, size: int) -> None:
        self.squares: Numbers = np.zeros(size)
        self._move: Numbers = np.zeros(size)

    def move(self, gradient: Numbers, rate: float) -> Numbers:
        np.multiply(gradient, gradient, out=self._move)
        self._move *= scalar(1.0 - RMS_MEMORY)
        self.squares *= scalar(RMS_MEMORY)
        self.squares += self._move
        np.sqrt(self.squares, out=self._move)
        self._move += scalar(EPSILON)
        np.divide(gradient, self._move, out=self._move)
        self._move *= scalar(rate)
        return self._move


class Adam:
    """m ← β₁m + (1 − β₁)∇J; s ← β₂s + (1 − β₂)∇J²; move = λ m̂ / (√ŝ + ε).

    m̂ = m / (1 − β₁ᵗ) and ŝ = s / (1 − β₂ᵗ) after t updates (Kingma and Ba, arXiv:1412.6980,
    algorithm 1).
    """

    def __init__(self, size: int) -> None:
        self.mean: Numbers = np.zeros(size)
        self.squares: Numbers = np.zeros(size)
        self.count = 0
        self._move: Numbers = np.zeros(size)

    def move(self, gradient: Numbers, rate: float) -> Numbers:
        first, second = ADAM_MEMORIES
        self.count += 1
        np.multiply(gradient, scalar(1.0 - first), out=self._move)
        self.mean *= scalar(first)
        self.mean += self._move
        np.multiply(gradient, gradient, out=self._move)
        self._move *= scalar(1.0 - second)
        self.squares *= scalar(second)
        self.squares += self._move
        np.multiply(self.squares, 1.0 / (1.0 - second**self.count), out=self._move)
        np.sqrt(self._move, out=self._move)
        self._move += scalar(EPSILON)
        np.divide(self.mean, self._move, out=self._move)
        self._move *= rate / (1.0 - first**self.count)
        return self._move


@dataclass(frozen=True)
class OptimiserKind:
    """``make(size, memory)``: a new optimiser of so many numbers; ``memory`` is momentum's μ.

    ``decoupled``: L2 is not part of its gradient but moves each weight by λ · l2 · w beside it
    (Loshchilov and Hutter, arXiv:1711.05101).
    """

    title: str
    formula: str
    make: Callable[[int, float], Optimiser]
    decoupled: bool = False


_ADAM = "m ← 0.9 m + 0.1 ∇J;  s ← 0.999 s + 0.001 ∇J²;  w ← w − λ m̂ / (√ŝ + ε)"
OPTIMISERS: dict[str, OptimiserKind] = {
    "sgd": OptimiserKind("SGD", "w ← w − λ∇J", lambda size, _: Descent(size)),
    "momentum": OptimiserKind("SGD with momentum", "v ← μv + ∇J;  w ← w − λv", Momentum),
    "nesterov": OptimiserKind(
        "Nesterov’s momentum",
        "v ← μv + ∇J;  w ← w − λ(∇J + μv)",
        lambda size, memory: Momentum(size, memory, ahead=True),
    ),
    "rmsprop": OptimiserKind(
        "RMSProp",
        "s ← 0.99 s + 0.01 ∇J²;  w ← w − λ∇J / (√s + ε)",
        lambda size, _: RmsProp(size),
    ),
    "adam": OptimiserKind("Adam", _ADAM, lambda size, _: Adam(size)),
    "adamw": OptimiserKind(
        "AdamW", f"{_ADAM} − λ l2 w", lambda size, _: Adam(size), decoupled=True
    ),
}


def descend(
    network: Network,
    optimiser: Optimiser,
    rate: float,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    decoupled: bool = False,
) -> Numbers:
    """w ← w − move for the gradient of the last backward pass; returns the move.

    The penalties' gradients are added to ``network.gradient`` first, for weights, not for biases.
    """
    if l1 or l2:
        weights = network.numbers * network.is_weight
        network.gradient += penalty(weights, l1, 0.0 if decoupled else l2)[1]
        move = optimiser.move(network.gradient, rate)
        if decoupled:
            move += (rate * l2) * weights
    else:
        move = optimiser.move(network.gradient, rate)
    network.numbers -= move
    return move

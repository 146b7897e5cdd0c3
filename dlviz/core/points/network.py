"""A chain of dense layers with its forward and backward pass written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from dlviz.core.points.activations import ACTIVATIONS, Activation
from dlviz.core.points.initialisations import INITIALISATIONS
from dlviz.core.points.numbers import Numbers

LINEAR = "linear"
WEIGHTS = 3  # ends the seeds of the weights' streams; a run's own end in 1 and 2
DIGITS = 6  # of a packed number; a screen shows fewer
LARGEST = 1e30  # JSON has no infinity


@dataclass(frozen=True, eq=False)
class Dense:
    """a = g(w x + b): ``w`` units×inputs, ``b`` units, ``activation`` as registered."""

    w: Numbers
    b: Numbers
    activation: str = LINEAR

    @property
    def function(self) -> Activation:
        """Its g, with the derivative."""
        return ACTIVATIONS[self.activation]


@dataclass(eq=False, slots=True)
class Trace:
    """A forward pass of N points ``x``: for each layer N×units of ``z`` = w x + b and ``a`` = g(z).

    ``kept``: what dropout multiplied each layer's g(z) by (``a`` is what came out), None for
    nothing.
    """

    x: Numbers
    z: list[Numbers]
    a: list[Numbers]
    kept: list[Numbers | None]

    @property
    def outputs(self) -> Numbers:
        """N×outputs: logits, or the numbers of a regression."""
        return self.a[-1]


@dataclass(eq=False, slots=True)
class Gradient:
    """Of one layer: ∂J/∂w, ∂J/∂b, and δ = ∂J/∂z of every point, N×units.

    Valid until the network's next backward pass, which writes its own into it.
    """

    w: Numbers
    b: Numbers
    delta: Numbers


class Network:
    """Layers whose weights and biases are views into one vector, ``numbers``.

    So an optimiser moves all of them at once: ``gradient`` is the vector of the last backward
    pass in the same order, ``is_weight`` is 1 for a weight and 0 for a bias. The layers given are
    copied. Whoever writes into ``layers[i].w[to, from]`` changes the network.
    """

    def __init__(self, layers: Sequence[Dense]) -> None:
        parts = [part for layer in layers for part in (layer.w, layer.b)]
        self.numbers: Numbers = np.concatenate([np.ravel(part) for part in parts]).astype(float)
        self.gradient: Numbers = np.zeros_like(self.numbers)
        self.is_weight: Numbers = np.concatenate(
            [np.full(part.size, float(part.ndim == 2)) for part in parts]
        )
        here, there = _views(self.numbers, layers), _views(self.gradient, layers)
        self.layers = [
            Dense(w, b, layer.activation) for (w, b), layer in zip(here, layers, strict=True)
        ]
        self._gradients = [Gradient(w, b, np.empty((0, len(b)))) for w, b in there]
        # What every pass needs of a layer, looked up once; wᵀ and b as a row are views as well.
        self._passes = [(each.w.T, each.b[None], each.function.value) for each in self.layers]
        self._ones: Numbers = np.ones(0)

    def forward(self, x: Numbers, dropout: float = 0.0, chance: Generator | None = None) -> Trace:
        """Points N×inputs through all layers: zₗ = aₗ₋₁ wₗᵀ + bₗ, aₗ = g(zₗ).

        ``chance`` leaves out every hidden unit with probability ``dropout``, for each point anew,
        and makes the others larger so that their mean stays (Srivastava et al., JMLR 15, 2014).
        """
        all_z, all_a, all_kept = [], [], []
        a, last = x, len(self.layers)
        for number, (w_t, b, g) in enumerate(self._passes, start=1):
            z = a.dot(w_t)
            z += b.repeat(len(z), 0)  # for each point: quicker than to let NumPy stretch it
            a, kept = g(z), None
            if dropout and chance is not None and number < last:
                kept = (chance.random(a.shape) >= dropout) / (1.0 - dropout)
                a = a * kept
            all_z.append(z)
            all_a.append(a)
            all_kept.append(kept)
        return Trace(x, all_z, all_a, all_kept)

    def backward(self, trace: Trace, gradient: Numbers) -> list[Gradient]:
        """From ∂J/∂outputs, N×outputs, to the gradients of all layers, first layer first.

        δ = ∂J/∂a · g′(z); ∂J/∂w = δᵀ a of the layer below; ∂J/∂b = Σ δ over the points;
        ∂J/∂a of the layer below = δ w. Points were averaged by the loss already. The arrays of
        w and b are views into ``self.gradient``, valid until the next backward pass.
        """
        if len(self._ones) != len(gradient):
            self._ones = np.ones(len(gradient))
        for number in reversed(range(len(self.layers))):
            layer, kept, found = self.layers[number], trace.kept[number], self._gradients[number]
            if kept is not None:
                gradient = gradient * kept
            delta = gradient
            if layer.activation != LINEAR:
                a = trace.a[number] if kept is None else layer.function.value(trace.z[number])
                delta = layer.function.slope(trace.z[number], a)
                delta *= gradient
            found.delta = delta
            delta.T.dot(trace.a[number - 1] if number else trace.x, out=found.w)
            self._ones.dot(delta, out=found.b)  # the sum, faster
            if number:
                gradient = delta.dot(layer.w)
        return self._gradients

    def packed(self) -> dict[str, Any]:
        """Plain data for the browser: ``{"layers": [{"w": [[…]], "b": […], "g": "tanh"}]}``."""
        return {
            "layers": [
                {"w": [_short(row) for row in each.w], "b": _short(each.b), "g": each.activation}
                for each in self.layers
            ]
        }


def new_network(
    shape: Sequence[int], activations: Sequence[str], initialisation: str, seed: int
) -> Network:
    """A network of ``shape`` (2, 8, 8, 1), hidden layers with ``activations``, linear outputs.

    A layer's initial weights depend on the seed, its place and its size, and on nothing else.
    Their streams end in ``WEIGHTS``: NumPy pads a seed with zeros, so that [seed, 0] would be the
    stream of the points themselves wherever these have the same seed.
    """
    weights = INITIALISATIONS[initialisation].weights

    def start(place: int, units: int, inputs: int) -> Numbers:
        return weights(np.random.default_rng([seed, place, WEIGHTS]), units, inputs)

    return Network(
        [
            Dense(start(place, units, inputs), np.zeros(units), g)
            for place, (inputs, units, g) in enumerate(
                zip(shape[:-1], shape[1:], [*activations, LINEAR], strict=True)
            )
        ]
    )


def _views(vector: Numbers, layers: Sequence[Dense]) -> list[tuple[Numbers, Numbers]]:
    """The vector cut into a matrix and a vector per layer."""
    views, start = [], 0
    for layer in layers:
        middle, end = start + layer.w.size, start + layer.w.size + layer.b.size
        views.append((vector[start:middle].reshape(layer.w.shape), vector[middle:end]))
        start = end
    return views


def _short(row: Numbers) -> list[float]:
    finite = np.nan_to_num(row, nan=0.0, posinf=LARGEST, neginf=-LARGEST).tolist()
    return [float(f"{value:.{DIGITS}g}") for value in finite]

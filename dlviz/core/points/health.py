"""How a network on points is while it learns, in the words of ``dlviz.core.events``."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from dlviz.core.events import Health, LayerHealth
from dlviz.core.points.network import Dense, Network
from dlviz.core.points.numbers import Numbers

RELU = "relu"  # leaky ones do not die


@np.errstate(over="ignore", invalid="ignore")
def measure(step: int, network: Network, x: Numbers, move: Numbers | None) -> Health:
    """The health of ``network`` right after an update by ``move``, None before the first.

    ``dead``: the share of a ReLU layer's units that are 0 for every one of the points ``x``. Layers
    are named "layer 1", … and "output".
    """
    trace = network.forward(x)
    layers, start = [], 0
    for number, layer in enumerate(network.layers, start=1):
        part = slice(start, start + layer.w.size + layer.b.size)
        start = part.stop
        weight = _norm(network.numbers[part])
        gradient = update = None
        if move is not None:
            gradient = _norm(network.gradient[part])
            update = _norm(move[part]) / weight if weight > 0 else None
        name = "output" if number == len(network.layers) else f"layer {number}"
        dead = _dead(layer, trace.z[number - 1])
        layers.append(LayerHealth(name, "dense", gradient, weight, update, dead))
    return Health(step, tuple(layers))


def all_zero(network: Network) -> bool:
    """Whether there are hidden units and every weight, biases aside, is exactly 0."""
    return len(network.layers) > 1 and not any(layer.w.any() for layer in network.layers)


def twins(network: Network) -> int:
    """The first hidden layer, counted from 1, whose units, two or more, are all the same, or 0.

    Alike in what they are told and in what they say: their gradients are the same for ever.
    """
    for number, (layer, following) in enumerate(pairwise(network.layers), start=1):
        units = np.column_stack([layer.w, layer.b, following.w.T])
        if len(units) > 1 and (units[1:] == units[0]).all():
            return number
    return 0


def _dead(layer: Dense, z: Numbers) -> float | None:
    return float((z <= 0).all(axis=0).mean()) if layer.activation == RELU else None


def _norm(numbers: Numbers) -> float:
    return math.sqrt(float(np.dot(numbers, numbers)))

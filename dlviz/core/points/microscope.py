"""One learning step taken apart: forward, loss, backward, update, and finite differences beside it.

δ and what else belongs to a single point is that point's own, ∂Jᵢ/∂z: the mean over the batch is
taken where weights collect it, ∇W = mean of δ aᵀ. Numbers of all weights and biases are vectors in
the order of ``Network.numbers``; ``Dissection.by_layer`` cuts them into (W, b).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from dlviz.core.events import DivergedError
from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.differences import Problem, finite_differences
from dlviz.core.points.losses import LOSS_OF_TASK, LOSSES, Truth
from dlviz.core.points.network import Network, Trace
from dlviz.core.points.numbers import Labels, Numbers
from dlviz.core.points.optimisers import (
    ADAM_MEMORIES,
    OPTIMISERS,
    RMS_MEMORY,
    Adam,
    Momentum,
    Optimiser,
    RmsProp,
    descend,
)
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PERCEPTRON, PointsTrain


@dataclass(frozen=True, eq=False)
class LayerSteps:
    """What happened in one layer: N×units each, ``passed_on`` N×inputs.

    ``kept``: what dropout multiplied g(z) by. ``arrived`` = ∂Jᵢ/∂a, ``slope`` = g′(z),
    ``delta`` = ∂Jᵢ/∂z = arrived · kept · slope, ``passed_on`` = Wᵀδ: what arrives below.
    """

    z: Numbers
    a: Numbers
    kept: Numbers | None
    arrived: Numbers
    slope: Numbers
    delta: Numbers
    passed_on: Numbers


@dataclass(frozen=True, eq=False)
class Term:
    """What the optimiser keeps or computes on its way from ∇J to the move, for every number.

    ``formula`` has names in braces: {g} is ∇J, {s} the term ``name`` "s" as it was ``before`` the
    update (None for what is not kept from one update to the next).
    """

    name: str
    symbol: str
    formula: str
    before: Numbers | None
    values: Numbers


@dataclass(frozen=True, eq=False)
class Dissection:
    """A mini-batch of N points (``inputs`` N×features) and the update that it causes.

    ``said``: N×outputs, probabilities or the number itself. ``losses``: Jᵢ of each point; ``loss``
    their mean; ``penalty`` what L1 and L2 add to it. ``data_gradient`` comes from the points,
    ``gradient`` has the penalties' part as well; ``numeric`` is its finite
    difference, and ``kinked`` where that tells nothing. ``move`` is by ``formula`` of {rate}, {g}
    and the ``terms``; ``new = old − move − decay``. ``after`` and
    ``*_after``: the layers' a and the rest, the same batch with the same dropout after the update.
    """

    network: Network
    inputs: Numbers
    y: Truth
    loss_name: str
    layers: tuple[LayerSteps, ...]
    said: Numbers
    losses: Numbers
    loss: float
    penalty: float
    rate: float
    data_gradient: Numbers
    gradient: Numbers
    numeric: Numbers
    kinked: NDArray[np.bool_]
    terms: tuple[Term, ...]
    formula: str
    old: Numbers
    move: Numbers
    decay: Numbers
    new: Numbers
    after: tuple[Numbers, ...]
    said_after: Numbers
    losses_after: Numbers
    loss_after: float
    penalty_after: float

    @property
    def largest_difference(self) -> float:
        """Between a number's gradient and its finite difference, where that can be told."""
        return float(np.abs(self.gradient - self.numeric)[~self.kinked].max(initial=0.0))

    @property
    def promised(self) -> float:
        """By how much J changes if it goes on as steeply as here: −∇J · (what is subtracted)."""
        return -float(np.dot(self.gradient, self.old - self.new))

    def by_layer(self, numbers: Numbers) -> list[tuple[Numbers, Numbers]]:
        """A vector of all numbers as (W, b) of each layer."""
        parts, start = [], 0
        for layer in self.network.layers:
            middle, end = start + layer.w.size, start + layer.w.size + layer.b.size
            parts.append((numbers[start:middle].reshape(layer.w.shape), numbers[middle:end]))
            start = end
        return parts


def dissect_next(run: PointsRun, batch: Labels) -> Dissection:
    """The update that ``run`` makes of these training points next; the run stays as it is."""
    perceptron = run.spec.train.rule == PERCEPTRON
    return dissect(
        run.network,
        run.train[0][batch],
        run.train[1][batch],
        loss=PERCEPTRON if perceptron else LOSS_OF_TASK[run.points.task],
        train=run.spec.train,
        optimiser=run._optimiser,
        rate=run.rate,
        dropout=run.spec.net.dropout,
        chance=run._dropping,
    )


@np.errstate(over="ignore", invalid="ignore")
def dissect(
    network: Network,
    inputs: Numbers,
    y: Truth,
    *,
    loss: str,
    train: PointsTrain,
    optimiser: Optimiser,
    rate: float,
    dropout: float = 0.0,
    chance: Generator | None = None,
) -> Dissection:
    """The update that N×features ``inputs`` with truth ``y`` would cause; nothing is changed.

    ``loss``: as registered in ``LOSSES``. ``optimiser`` and ``chance``: as they are before the
    update. ``rate``: λ, which a hand may have moved away from ``train``'s. Raises ``DivergedError``
    if the loss is no number.
    """
    network, changed = Network(network.layers), copy.deepcopy(optimiser)
    trace = network.forward(inputs, dropout, copy.deepcopy(chance))
    mean, slopes = LOSSES[loss].of(trace.outputs, y)
    if not np.isfinite(mean):
        raise DivergedError("The loss of this batch is no number any more.")
    network.backward(trace, slopes)
    data_gradient, old = network.gradient.copy(), network.numbers.copy()
    l1, l2, decoupled = _penalties(train)
    problem = Problem(loss, inputs, y, trace.kept, l1, 0.0 if decoupled else l2)
    numeric, kinked = finite_differences(network, problem)
    layers = _backward(network, trace, slopes * len(inputs))
    before = Network(network.layers)
    step = descend(network, changed, rate, l1=l1, l2=l2, decoupled=decoupled)
    decay = rate * l2 * old * network.is_weight if decoupled else np.zeros_like(old)
    terms, formula = _terms(copy.deepcopy(optimiser), changed, train)
    moved = network.forward(inputs, dropout, copy.deepcopy(chance))  # leaves out the same units
    after = moved.outputs
    return Dissection(
        network=before,
        inputs=inputs,
        y=y,
        loss_name=loss,
        layers=layers,
        said=_said(loss, trace.outputs),
        losses=_each_loss(loss, trace.outputs, y),
        loss=mean,
        penalty=problem.penalty(before),
        rate=rate,
        data_gradient=data_gradient,
        gradient=network.gradient.copy(),
        numeric=numeric,
        kinked=kinked,
        terms=terms,
        formula=formula,
        old=old,
        move=step - decay,
        decay=decay,
        new=network.numbers.copy(),
        after=tuple(moved.a),
        said_after=_said(loss, after),
        losses_after=_each_loss(loss, after, y),
        loss_after=LOSSES[loss].of(after, y)[0],
        penalty_after=problem.penalty(network),
    )


def _penalties(train: PointsTrain) -> tuple[float, float, bool]:
    """l1, l2, and whether L2 stands outside of J."""
    if train.rule == PERCEPTRON:
        return 0.0, 0.0, False
    return train.l1, train.l2, OPTIMISERS[train.optimiser].decoupled


def _backward(network: Network, trace: Trace, arrived: Numbers) -> tuple[LayerSteps, ...]:
    """Every point for itself, from ∂Jᵢ/∂outputs down."""
    found = []
    for layer, z, a, kept in zip(
        network.layers[::-1], trace.z[::-1], trace.a[::-1], trace.kept[::-1], strict=True
    ):
        slope = layer.function.slope(z, layer.function.value(z))
        delta = arrived * slope if kept is None else arrived * kept * slope
        passed_on = np.dot(delta, layer.w)
        found.append(LayerSteps(z, a, kept, arrived, slope, delta, passed_on))
        arrived = passed_on
    return tuple(found[::-1])


def _each_loss(loss: str, outputs: Numbers, y: Truth) -> Numbers:
    rows = range(len(outputs))
    return np.array([LOSSES[loss].of(outputs[at : at + 1], y[at : at + 1])[0] for at in rows])


def _said(loss: str, outputs: Numbers) -> Numbers:
    """What the outputs say of each point: probabilities, or the numbers as they are."""
    if loss == "logistic":
        return ACTIVATIONS["sigmoid"].value(outputs)
    if loss == "softmax":
        powers: Numbers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        powers /= powers.sum(axis=1, keepdims=True)
        return powers
    return outputs


def _terms(before: Optimiser, after: Optimiser, train: PointsTrain) -> tuple[tuple[Term, ...], str]:
    """What stands between ∇J and the move, and the move's formula."""
    if isinstance(before, Momentum) and isinstance(after, Momentum):
        mu = f"{train.momentum:g}"
        kept = Term("v", "v", f"{mu} · {{v}} + {{g}}", before.velocity, after.velocity)
        ahead = f"{{rate}} · ({{g}} + {mu} · {{v}})"
        return (kept,), ahead if after.ahead else "{rate} · {v}"
    if isinstance(before, RmsProp) and isinstance(after, RmsProp):
        return (_squares(RMS_MEMORY, before, after),), "{rate} · {g} / (√{s} + ε)"
    if isinstance(before, Adam) and isinstance(after, Adam):
        (first, second), count = ADAM_MEMORIES, after.count
        mean, squares = after.mean / (1.0 - first**count), after.squares / (1.0 - second**count)
        power = str(count).translate(_RAISED)
        return (
            Term("m", "m", f"{first} · {{m}} + {1 - first:.1g} · {{g}}", before.mean, after.mean),
            _squares(second, before, after),
            Term("mh", "m̂", f"{{m}} / (1 − {first}{power})", None, mean),
            Term("sh", "ŝ", f"{{s}} / (1 − {second}{power})", None, squares),
        ), "{rate} · {mh} / (√{sh} + ε)"
    return (), "{rate} · {g}"


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _squares(memory: float, before: RmsProp | Adam, after: RmsProp | Adam) -> Term:
    formula = f"{memory} · {{s}} + {1 - memory:.1g} · {{g}}²"
    return Term("s", "s", formula, before.squares, after.squares)

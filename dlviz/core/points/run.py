"""The training loop on points: one run as an iterator of events.

Draw a mini-batch, compute the loss, its gradient, and step against it: w ← w − λ∇J(w). The same
spec gives the same numbers to the last bit, also when other runs go on beside it.
"""

from __future__ import annotations

import math
from bisect import insort
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from dlviz.core.events import (
    ENDED_IN_NO_NUMBERS,
    DivergedError,
    Health,
    Score,
    Step,
    no_number,
)
from dlviz.core.points.data import PAINTED, REGRESSION, TWO, points_of
from dlviz.core.points.features import features_of
from dlviz.core.points.health import measure
from dlviz.core.points.losses import LOSS_OF_TASK, LOSSES, Truth
from dlviz.core.points.network import Trace, new_network
from dlviz.core.points.numbers import Labels, Numbers
from dlviz.core.points.optimisers import OPTIMISERS, descend
from dlviz.core.points.specs import MAX_CHANGES, PERCEPTRON, RATE, PointsChange, PointsSpec
from dlviz.core.specs import SpecError, require

LEAST_PAINTED = 4


class PointsRun:
    """A training run of ``spec``. Iterate over it; what you skip costs nothing.

    Iteration yields a ``Step`` per update, and a held-out ``Score`` before the first one and after
    every epoch. Accuracy is the share of points told right, for a regression R² = 1 − MSE/variance
    of all training points, not below 0. The loss is told without penalties. Attributes:
    ``points``, ``network``, ``loss``, ``step``, ``steps_per_epoch``, ``total_steps``, ``rate`` (λ
    as it is now).

    The perceptron's rule takes one point at a time and, other than gradient descent, has an end:
    after an epoch without a mistake nothing would change any more, and ``stopped_early`` is true.
    ``mistakes`` counts the points that it learnt from, ``epoch_mistakes`` those of the last whole
    epoch.

    Raises ``SpecError`` if there are too few points, ``DivergedError`` when the loss is no number,
    or a weight or the held-out loss at the end.
    """

    def __init__(self, spec: PointsSpec) -> None:
        self.spec = spec
        self.points = points_of(spec.data)
        count = len(self.points.train_x)
        if spec.data.name == PAINTED:
            require(len(spec.data.painted) >= LEAST_PAINTED, f"Paint {LEAST_PAINTED} points first.")
        self.train = self._prepared(self.points.train_x, self.points.train_y)
        self.test = self._prepared(self.points.test_x, self.points.test_y)
        self.is_perceptron = spec.train.rule == PERCEPTRON
        name = PERCEPTRON if self.is_perceptron else LOSS_OF_TASK[self.points.task]
        self.loss = LOSSES[name]
        self.batch_size = min(spec.train.batch_size or count, count)
        self._all = np.arange(count)
        self._kind = OPTIMISERS[spec.train.optimiser]
        if self.is_perceptron:
            self.batch_size, self._kind = 1, OPTIMISERS["sgd"]
        self.steps_per_epoch = math.ceil(count / self.batch_size)
        self.total_steps = self.steps_per_epoch * spec.train.epochs
        self._variance = float(np.var(self.train[1]))  # the same for a batch as for held-out points
        self.step, self.mistakes, self.epoch_mistakes, self.stopped_early = 0, 0, 0, False
        self.rate = self._rate_used = spec.train.learning_rate
        seed, layers = spec.train.seed, [layer.activation for layer in spec.net.hidden]
        self.network = new_network(spec.shape, layers, spec.net.initialisation, seed)
        self._optimiser = self._kind.make(len(self.network.numbers), spec.train.momentum)
        # The perceptron's rule has no penalties.
        self._l1, self._l2 = (0.0, 0.0) if self.is_perceptron else (spec.train.l1, spec.train.l2)
        # Streams of their own: another batch size must not change what is dropped.
        self._shuffling = np.random.default_rng([seed, 0, 1])
        self._dropping = np.random.default_rng([seed, 0, 2])
        self._move: Numbers | None = None
        self._changes: deque[PointsChange] = deque()
        self._made = 0  # so many of the interventions have been made

    def __iter__(self) -> Iterator[Step | Score]:
        score = self.score()
        yield score
        for _ in range(self.spec.train.epochs):
            mistakes = self.mistakes
            for batch in self.batches():
                yield self.update(batch)
            self.epoch_mistakes = self.mistakes - mistakes
            score = self.score()
            yield score
            later = self._changes or self._made < len(self.interventions)
            if self.is_perceptron and self.epoch_mistakes == 0 and not later:
                self.stopped_early = True
                break
        self.require_numbers(score)

    def batches(self) -> Iterator[Labels]:
        """An epoch's mini-batches as indices of training points: all of them, in a new order.

        To a full batch the order means nothing.
        """
        if self.batch_size == len(self.train[1]):
            yield self._all
            return
        order = self._shuffling.permutation(len(self.train[1]))
        for start in range(0, len(order), self.batch_size):
            yield order[start : start + self.batch_size]

    @np.errstate(over="ignore", invalid="ignore")  # what diverges is told by its loss
    def update(self, batch: Labels) -> Step:
        """One step of gradient descent on the training points of these indices."""
        self.make_changes()
        x, y = self.train
        if batch is not self._all:
            x, y = x.take(batch, axis=0), y.take(batch)
        trace = self.network.forward(x, self.spec.net.dropout, self._dropping)
        loss, gradient = self.loss.of(trace.outputs, y)
        if not math.isfinite(loss):
            raise DivergedError(no_number(self.step + 1, self._rate_used))
        self.network.backward(trace, gradient)
        self._move = descend(
            self.network,
            self._optimiser,
            self.rate,
            l1=self._l1,
            l2=self._l2,
            decoupled=self._kind.decoupled,
        )
        self._rate_used = self.rate
        self.step += 1
        if self.is_perceptron:
            self.mistakes += int(gradient.any())
        return Step(self.step, loss, self._accuracy(trace, y, loss), len(y), self.rate)

    @np.errstate(over="ignore", invalid="ignore")
    def score(self) -> Score:
        """Loss and accuracy on the held-out points, for the weights as they are now."""
        trace = self.network.forward(self.test[0])
        loss = self.loss.mean(trace.outputs, self.test[1])
        return Score(self.step, loss, self._accuracy(trace, self.test[1], loss), len(self.test[1]))

    def require_numbers(self, score: Score) -> None:
        """Raises ``DivergedError`` where a weight or ``score``, which is of now, is no number."""
        if not (math.isfinite(score.loss) and np.isfinite(self.network.numbers).all()):
            raise DivergedError(ENDED_IN_NO_NUMBERS)

    def health(self) -> Health:
        """Gradient, weights, last update and dead units of every layer as they are now."""
        return measure(self.step, self.network, self.train[0], self._move)

    @property
    def interventions(self) -> tuple[PointsChange, ...]:
        """The spec's own and those made since: a run of ``spec`` replays them all."""
        return self.spec.interventions

    def change(self, name: str, value: float) -> None:
        """From the next update on, ``name`` is ``value``; safe to call from another thread.

        Names are those of ``PointsChange``. Raises ``SpecError`` for one that this network does
        not have, a value out of range or one change too many.
        """
        if len(self.interventions) + len(self._changes) >= MAX_CHANGES:
            raise SpecError(f"A run has at most {MAX_CHANGES} changes.")
        self._changes.append(self.spec.change(self.step, name, value))

    def make_changes(self) -> None:
        """Makes and logs what was asked for since; every update begins with it.

        While no update goes on it may be called from outside: what is shown is then as asked.
        """
        while self._changes:
            log = list(self.interventions)
            change = replace(self._changes.popleft(), step=self.step)
            insort(log, change, key=lambda item: item.step)
            self.spec = replace(self.spec, interventions=tuple(log))
        log_now = self.interventions
        while self._made < len(log_now) and log_now[self._made].step <= self.step:
            self._make(log_now[self._made])
            self._made += 1

    def _prepared(self, x: Numbers, y: Truth) -> tuple[Numbers, Truth]:
        """The features of points, and y as the loss reckons with it: two classes are 0 and 1."""
        two = self.points.task == TWO
        return features_of(x, self.spec.net.features), y.astype(np.float64) if two else y

    def _make(self, change: PointsChange) -> None:
        if change.name == RATE:
            self.rate = change.value
            return
        layer, *place = change.place
        numbers = self.network.layers[layer].w if len(place) == 2 else self.network.layers[layer].b
        numbers[tuple(place)] = change.value

    def _accuracy(self, trace: Trace, y: Truth, loss: float) -> float:
        if self.points.task == REGRESSION:
            return max(0.0, 1.0 - 2.0 * loss / self._variance) if self._variance else 0.0
        return int(np.count_nonzero(self.loss.predict(trace.outputs) == y)) / len(y)

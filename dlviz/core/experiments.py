"""Small experiments: runs that differ in one setting, repeated with the same seeds. No torch.

To add one, write its arms and enter it in ``EXPERIMENTS``; then
``python -m dlviz.runs.record_experiments``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from dlviz.core.architectures import FLATTEN, OUTPUT, RELU, mlp
from dlviz.core.specs import DataSpec, LayerSpec, NetSpec, RunSpec, TrainSpec, layer

SEEDS = 5
CLASSES = 10  # of all data sets here

Scores = tuple[tuple[int, float, float], ...]


@dataclass(frozen=True)
class Arm:
    """One side of an experiment: what it is called in a sentence, and its run."""

    title: str
    spec: RunSpec


@dataclass(frozen=True)
class Experiment:
    """Runs that differ in one setting. ``arms[0]`` is what the others are held against.

    ``setup``: what all of them share. ``why``: what the one setting does. ``measure`` is the one
    that the difference is seen in first, "loss" or "accuracy".
    """

    title: str
    setup: str
    why: str
    arms: tuple[Arm, ...]
    measure: str = "accuracy"

    def series(self, seeds: int = SEEDS) -> tuple[RunSpec, ...]:
        """Every arm with every seed, seed by seed: who stops early has whole pairs."""
        return tuple(seeded(arm.spec, seed) for seed in range(seeds) for arm in self.arms)


@dataclass(frozen=True)
class Outcome:
    """What came of one run. ``scores`` are held-out (step, loss, accuracy).

    ``training`` is the mean accuracy of the last epoch's mini-batches. ``message`` says why a run
    ended in no numbers; then it counts as one that guesses among so many ``classes``.
    """

    seed: int
    scores: Scores
    training: float
    message: str = ""
    classes: int = CLASSES

    @property
    def accuracy(self) -> float:
        """At the end. A net of no numbers knows nothing."""
        return 1 / self.classes if self.message or not self.scores else self.scores[-1][2]

    @property
    def loss(self) -> float:
        """At the end; of a net of no numbers that of guessing, ln K."""
        return math.log(self.classes) if self.message or not self.scores else self.scores[-1][1]

    def value(self, measure: str) -> float:
        """Its loss, or its accuracy in per cent."""
        return self.loss if measure == "loss" else 100 * self.accuracy


def seeded(spec: RunSpec, seed: int) -> RunSpec:
    """The same run from other initial weights and in another order."""
    return replace(spec, train=replace(spec.train, seed=seed))


def with_dropout(share: float) -> NetSpec:
    """Two hidden layers of 256 ReLUs, each followed by dropout; a ``share`` of 0 drops nothing."""
    drop = layer("dropout", p=share)
    hidden = (layer("dense", units=256), RELU, drop)
    return NetSpec((FLATTEN, *hidden, *hidden, OUTPUT))


def normed_mlp(*, norm: bool) -> NetSpec:
    """Four hidden layers of 64 ReLUs, with or without batch norm in front of each ReLU."""
    middle: tuple[LayerSpec, ...] = (layer("batch_norm"),) if norm else ()
    return NetSpec((FLATTEN, *((layer("dense", units=64), *middle, RELU) * 4), OUTPUT))


def _dropout(share: float) -> RunSpec:
    few = DataSpec("fashion_mnist", share=0.04)
    train = TrainSpec(learning_rate=1e-3, batch_size=20, epochs=40)
    return RunSpec(with_dropout(share), few, train)


def _norm(norm: bool, rate: float) -> RunSpec:
    return RunSpec(normed_mlp(norm=norm), train=TrainSpec("sgd", rate, 0.9, epochs=3))


def _start(std: float | None) -> RunSpec:
    train = TrainSpec("sgd", 5e-3, 0.9, epochs=3)
    return RunSpec(mlp(*[64] * 6, init_std=std), train=train)


_WHY_NORM = (
    "A large step changes every layer’s input under it. Batch norm brings each unit’s values back "
    "to mean 0 and deviation 1 over the mini-batch, so what the next layer sees stays in range, "
    "and a rate that would throw the net out of reach is only a fast one."
)

EXPERIMENTS: dict[str, Experiment] = {
    "dropout": Experiment(
        "Dropout on 400 pictures",
        "784-256-256-10 on 400 pictures of clothes, 40 epochs of Adam; judged on "
        "2\u202f000 others. The 400 are the same for every seed: seeds change initial weights, "
        "order and what is dropped.",
        "Without dropout the net learns 400 pictures by heart and then grows ever surer of "
        "itself, in its mistakes too: that is what its held-out loss pays for. Dropout silences "
        "about half of the units, others at every step, so no unit can rely on a particular "
        "other one.",
        (Arm("no dropout", _dropout(0.0)), Arm("dropout 0.5", _dropout(0.5))),
        measure="loss",
    ),
    "norm_large": Experiment(
        "Batch norm at a large learning rate",
        "784-64-64-64-64-10 on 8\u202f000 digits, 3 epochs of SGD with momentum 0.9 at a learning "
        "rate of 0.15; judged on 2\u202f000 others.",
        _WHY_NORM,
        (Arm("no batch norm", _norm(False, 0.15)), Arm("batch norm", _norm(True, 0.15))),
    ),
    "norm_small": Experiment(
        "Batch norm at a small learning rate",
        "784-64-64-64-64-10 on 8\u202f000 digits, 3 epochs of SGD with momentum 0.9 at a learning "
        "rate of 0.01; judged on 2\u202f000 others.",
        _WHY_NORM,
        (Arm("no batch norm", _norm(False, 0.01)), Arm("batch norm", _norm(True, 0.01))),
    ),
    "initialisation": Experiment(
        "How a deep net starts",
        "784-64-64-64-64-64-64-10 on 8\u202f000 digits, 3 epochs of SGD with momentum 0.9 at a "
        "learning rate of 0.005; judged on 2\u202f000 others.",
        "A layer multiplies the size of its signal by about σ·√(inputs/2). He’s σ = √(2/inputs) "
        "makes that 1. With 0.01 each 64-unit layer keeps an 18th, and after six nothing is left "
        "to learn from; with 0.3 each makes it 1.7 times as large, and the first updates throw "
        "the net somewhere, wherever that is.",
        (Arm("He’s", _start(None)), Arm("σ = 0.01", _start(0.01)), Arm("σ = 0.3", _start(0.3))),
    ),
}


def at_seeds(outcomes: Sequence[Outcome], seeds: Sequence[int]) -> list[Outcome]:
    """Those of these seeds, in their order; the last of each that has come."""
    found = {item.seed: item for item in outcomes}
    return [found[seed] for seed in seeds if seed in found]


def common_seeds(arms: Sequence[Sequence[Outcome]]) -> list[int]:
    """The seeds that every arm has, ascending."""
    every = [{item.seed for item in outcomes} for outcomes in arms]
    return sorted(set.intersection(*every)) if every else []


def last_epoch(steps: Sequence[tuple[int, float, float, float]], per_epoch: float) -> float:
    """The mean accuracy of the mini-batches of the last epoch; 0 where there was none.

    ``steps`` are (step, loss, accuracy, learning rate).
    """
    if not steps:
        return 0.0
    return fmean(item[2] for item in steps if item[0] > steps[-1][0] - per_epoch)

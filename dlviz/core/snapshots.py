"""Snapshots: a run's weights at log-spaced steps, few and small enough to keep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Generator, Tensor

from dlviz.core.classifier import Classifier
from dlviz.core.events import Score
from dlviz.core.layers import build
from dlviz.core.specs import RunSpec

MAX_SNAPSHOTS = 32
MAX_BYTES = 64 * 2**20


@dataclass(frozen=True)
class DataFacts:
    """What a network must know of its data, without the pixels."""

    classes: tuple[str, ...]
    shape: tuple[int, int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Cloned weights after ``step`` updates; ``held_out`` is their score once it is known."""

    step: int
    epoch: float
    weights: dict[str, Tensor]
    spec: RunSpec
    facts: DataFacts
    held_out: Score | None = field(default=None)

    @property
    def on_base(self) -> bool:
        """Whether this was learnt on top of a trained network: ``spec.net`` is not all of it."""
        return False

    @property
    def bytes(self) -> int:
        """Memory of the weights."""
        return sum(t.numel() * t.element_size() for t in self.weights.values())

    @property
    def is_finite(self) -> bool:
        """Whether each weight is a number and, where it is known, the held-out loss.

        Of a net that diverged they may not be.
        """
        numbers = all(bool(weights.isfinite().all()) for weights in self.weights.values())
        return numbers and (self.held_out is None or math.isfinite(self.held_out.loss))

    @property
    def classifier(self) -> Classifier:
        """These weights as a Classifier on the CPU: pixels in [0, 1] → logits."""
        facts = self.facts
        module, layers = build(self.spec.net, facts.shape, len(facts.classes), Generator())
        module.load_state_dict(self.weights)
        return Classifier(
            module,
            facts.classes,
            facts.mean,
            facts.std,
            layers=layers,
            input_shape=facts.shape,
            name=f"{self.spec.data.name}, step {self.step}",
            data=self.spec.data.key,
        )


def is_logged(step: int) -> bool:
    """True at 0, 1, 2, 4, 8, …: learning is fastest at the start."""
    return step & (step - 1) == 0


def thin(snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """At most ``MAX_SNAPSHOTS`` of them or ``MAX_BYTES``: drops from the middle.

    The untrained and the newest network always stay; of the rest every second one goes until
    they fit.
    """
    kept = list(snapshots)
    while len(kept) > 2 and (
        len(kept) > MAX_SNAPSHOTS or sum(item.bytes for item in kept) > MAX_BYTES
    ):
        kept = [kept[0], *kept[1:-1][1::2], kept[-1]]
    return kept

"""What the babysitter looks at: the measurements of a training, and means over them. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from dlviz.core.specs import AugmentSpec, RunSpec

if TYPE_CHECKING:
    from dlviz.core.events import Health, LayerHealth
    from dlviz.core.health import Verdict

# A mini-batch is noisy: what is said of the training loss is a mean of this many of its points.
WINDOW = 20
FIRST = WINDOW // 4  # points that tell of the start; a long curve keeps them as they came
LEARNERS = ("conv", "dense", "residual")


@dataclass(frozen=True)
class Log:
    """What is known of a training so far.

    ``steps`` are (step, loss, accuracy, learning rate), ``scores`` held-out (step, loss,
    accuracy), neighbours of both perhaps merged into their mean; ``healths`` the newest few,
    oldest first; ``diverged``: the loss has stopped being a number; ``hindrances``: what training
    batches, and only they, are seen through.
    """

    classes: tuple[str, ...]
    steps_per_epoch: int
    total_steps: int
    steps: Sequence[tuple[int, float, float, float]] = ()
    scores: Sequence[tuple[int, float, float]] = ()
    healths: Sequence[Health] = ()
    verdict: Verdict | None = None
    diverged: bool = False
    hindrances: tuple[str, ...] = ()

    @property
    def step(self) -> int:
        """The newest update."""
        return self.steps[-1][0] if self.steps else 0

    @property
    def guessing(self) -> float:
        """The loss of who says every class with the same probability."""
        return math.log(len(self.classes))

    @property
    def looked_at(self) -> int:
        """How many pictures were asked which units they wake."""
        return sum(map(sum, self.verdict.confusion)) if self.verdict else 0

    @property
    def first(self) -> float:
        """The loss at the start: the mean of the first few mini-batches."""
        return fmean(point[1] for point in self.steps[:FIRST])

    def recent(self, column: int) -> float:
        """The mean of a column of ``steps`` over the last window."""
        return fmean(point[column] for point in self.steps[-WINDOW:])

    @property
    def epoch(self) -> tuple[float, float]:
        """Mean training (loss, accuracy) over the last epoch."""
        last = [point for point in self.steps if point[0] > self.step - self.steps_per_epoch]
        return fmean(point[1] for point in last), fmean(point[2] for point in last)

    @property
    def rate(self) -> float:
        """The learning rate of the newest update."""
        return self.steps[-1][3]


def hindrances_of(spec: RunSpec) -> tuple[str, ...]:
    """What makes a training batch harder than the same pictures are for the net at rest."""
    drops = any(item.kind == "dropout" and item.options.get("p", 1) for item in spec.net.layers)
    augments = spec.train.augment != AugmentSpec()
    attacks = spec.train.adversarial.attack != "off"
    return (
        *["dropout"] * drops,
        *["augmentation"] * augments,
        *["adversarial changes"] * attacks,
    )


def newest(log: Log) -> tuple[LayerHealth, ...]:
    """All layers as they were seen last."""
    return log.healths[-1].layers if log.healths else ()


def learners(log: Log) -> list[LayerHealth]:
    """Those of them that have filters or weights."""
    return [layer for layer in newest(log) if layer.kind in LEARNERS]


def gradient(layer: LayerHealth) -> float:
    """Its norm; one that is no number any more counts as infinite."""
    if layer.gradient is None:
        return 0.0
    return layer.gradient if math.isfinite(layer.gradient) else math.inf


def first_to_last(health: Health) -> float | None:
    """The first layer's gradient as a share of the last one's."""
    found = [layer.gradient for layer in health.layers if layer.kind in LEARNERS]
    sizes = [size for size in found if size is not None and math.isfinite(size)]
    if len(sizes) < 2 or len(sizes) < len(found) or sizes[-1] == 0:
        return None
    return sizes[0] / sizes[-1]


def last_update(log: Log) -> float | None:
    """The last update of all layers together as a share of their weights.

    Not layer by layer: an output layer begins with very small weights.
    """
    pairs = [(layer.update, layer.weight) for layer in learners(log)]
    known = [
        (update * weight, weight)
        for update, weight in pairs
        if update is not None and weight is not None  # a layer that stands counts, too
    ]
    size = math.hypot(*(weight for _, weight in known))
    return math.hypot(*(moved for moved, _ in known)) / size if size else None


def lowered_by(log: Log) -> float:
    """How many times the rate of the last update goes into the highest one so far; 1 at rate 0.

    Updates are in proportion to the rate.
    """
    seen = log.healths[-1].step if log.healths else 0
    rates = [point[3] for point in log.steps if point[0] <= seen]
    if not rates or rates[-1] == 0:
        return 1.0
    return max(point[3] for point in log.steps) / rates[-1]

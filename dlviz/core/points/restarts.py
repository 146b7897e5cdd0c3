"""The same settings from many starts: which initial weights find a solution, and which do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dlviz.core.events import DivergedError, Step
from dlviz.core.points.network import Network
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsSpec

STARTS = 24
MOST_UPDATES = 3000
BREATH = 200
"""So many updates are made at once: a tenth of a second or two of the largest network."""
SOLVED = 0.95
"""Of the held-out points. Two hidden units on XOR end below 0.86 or above 0.97."""


@dataclass(frozen=True, eq=False)
class Start:
    """What became of a seed: held-out accuracy (R² of a regression), the network after ``step``.

    ``network`` is None, and accuracy 0, where the loss stopped being a number.
    """

    seed: int
    step: int
    accuracy: float
    network: Network | None

    @property
    def solved(self) -> bool:
        """Whether it gets enough of the held-out points right."""
        return self.network is not None and self.accuracy >= SOLVED


def plain(spec: PointsSpec) -> PointsSpec:
    """``spec`` without its seed and without what was changed by hand: what all starts share."""
    return replace(spec, train=replace(spec.train, seed=0), interventions=())


def trying(spec: PointsSpec, seeds: Sequence[int] = range(STARTS)) -> Iterator[Start | None]:
    """One start after the other, in the order of the seeds; None at every ``BREATH`` on the way.

    Each trains ``spec`` from its seed to the end, or for ``MOST_UPDATES`` updates. Raises
    ``SpecError`` where there are too few points.
    """
    for seed in seeds:
        run = PointsRun(replace(plain(spec), train=replace(spec.train, seed=seed)))
        try:
            for event in run:
                if run.step >= MOST_UPDATES:
                    break
                if isinstance(event, Step) and run.step % BREATH == 0:
                    yield None
            score = run.score()
            run.require_numbers(score)
        except DivergedError:
            yield Start(seed, run.step, 0.0, None)
        else:
            yield Start(seed, run.step, score.accuracy, run.network)


def restarts(spec: PointsSpec, seeds: Sequence[int] = range(STARTS)) -> Iterator[Start]:
    """What became of each seed, in their order."""
    return (start for start in trying(spec, seeds) if start is not None)


def from_start(spec: PointsSpec, seed: int) -> Start:
    """What becomes of one seed."""
    return next(restarts(spec, (seed,)))


def ranked(starts: Sequence[Start]) -> list[Start]:
    """Best first; of equals the lower seed."""
    return sorted(starts, key=lambda start: (not start.solved, -start.accuracy, start.seed))


def told(starts: Sequence[Start]) -> str:
    """ "16 of 24 starts solve it" """
    solved, count = sum(start.solved for start in starts), len(starts)
    return f"{solved} of {count} starts solve it"

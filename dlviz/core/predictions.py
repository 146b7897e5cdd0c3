"""A prediction that is written before its runs, and what they say to it. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dlviz.core.experiments import EXPERIMENTS, SEEDS, Arm, Outcome, common_seeds, seeded
from dlviz.core.seeds import Interval, difference, interval
from dlviz.core.specs import RunSpec

MAX_WHY = 500
MAX_POINTS = 100.0
CLOSE = 1.0  # points: as near as a guess of an accuracy need be


class Judgement(StrEnum):
    """What the runs say to a prediction."""

    OPEN = "open"
    RIGHT = "right"
    WRONG = "not right"
    NOISE = "within noise"


@dataclass(frozen=True)
class Prediction:
    """What shall come out. With two ``arms``: who wins, by how many points of accuracy.

    ``winner`` is 0 or 1, or None for no difference that so many ``seeds`` can tell. With one arm
    ``points`` is the held-out accuracy itself, in per cent. Raises ValueError with one sentence.
    """

    title: str
    arms: tuple[Arm, ...]
    seeds: int
    winner: int | None
    points: float
    why: str

    def __post_init__(self) -> None:
        _need(1 <= len(self.arms) <= 2, "A prediction is about one run or two.")
        _need(self.winner in (None, *range(len(self.arms))), "The winner is one of the two.")
        _need(1 <= self.seeds <= SEEDS, f"A prediction is held against 1 to {SEEDS} seeds.")
        _need(0 <= self.points <= MAX_POINTS, f"Points are from 0 to {MAX_POINTS:g}.")
        _need(len(self.why) <= MAX_WHY, f"A reason has at most {MAX_WHY} letters.")

    @property
    def series(self) -> tuple[RunSpec, ...]:
        """The runs that it takes, seed by seed."""
        return tuple(seeded(arm.spec, seed) for seed in range(self.seeds) for arm in self.arms)


@dataclass(frozen=True)
class Entry:
    """A locked prediction: when (seconds since 1970), and once they are there, its outcomes.

    ``outcomes``: for each arm those of the same seeds. ``recorded``: they came with the project.
    """

    key: str
    made: float
    prediction: Prediction
    outcomes: tuple[tuple[Outcome, ...], ...] = ()
    recorded: bool = False

    @property
    def judgement(self) -> Judgement:
        """What its outcomes say."""
        return judged(self.prediction, self.outcomes)


# Pairs of the small experiments to predict: (experiment, its arms).
TRIALS: dict[str, tuple[str, tuple[int, int]]] = {
    "dropout_pair": ("dropout", (0, 1)),
    "large_steps": ("norm_large", (0, 1)),
    "small_steps": ("norm_small", (0, 1)),
    "wide_start": ("initialisation", (0, 2)),
}


def arms_of(trial: str) -> tuple[Arm, ...]:
    """Both sides of a prepared pair."""
    name, places = TRIALS[trial]
    return tuple(EXPERIMENTS[name].arms[place] for place in places)


def paired(outcomes: Sequence[Sequence[Outcome]]) -> list[list[Outcome]]:
    """Of each arm the runs with the seeds that all arms have, in the same order."""
    seeds = common_seeds(outcomes)
    return [[{item.seed: item for item in each}[seed] for seed in seeds] for each in outcomes]


def accuracies(outcomes: Sequence[Outcome]) -> list[float]:
    """In per cent."""
    return [item.value("accuracy") for item in outcomes]


def apart(outcomes: Sequence[Sequence[Outcome]]) -> Interval:
    """By how many points the second arm is better than the first, seed by seed."""
    first, second = outcomes
    return difference(accuracies(second), accuracies(first))


def judged(prediction: Prediction, outcomes: Sequence[Sequence[Outcome]]) -> Judgement:
    """Right or not, or within what the seeds alone do.

    Of two arms the winner is judged, by the 95 % interval of the difference; a single pair has
    none. An accuracy is right within a point of the mean, and cannot be told wrong within its
    interval.
    """
    if not outcomes or not outcomes[0]:
        return Judgement.OPEN
    if len(prediction.arms) == 1:
        found = interval(accuracies(outcomes[0]))
        if abs(prediction.points - found.mean) <= CLOSE:
            return Judgement.RIGHT
        near = found.is_known and found.low <= prediction.points <= found.high
        return Judgement.NOISE if near else Judgement.WRONG
    found = apart(outcomes)
    if found.sign == 0:
        expected = prediction.winner is None and found.is_known
        return Judgement.RIGHT if expected else Judgement.NOISE
    winner = 1 if found.sign > 0 else 0
    return Judgement.RIGHT if prediction.winner == winner else Judgement.WRONG


def as_much(prediction: Prediction, outcomes: Sequence[Sequence[Outcome]]) -> bool:
    """Whether the predicted points lie in the interval of the difference."""
    found = apart(outcomes)
    ours = prediction.points if prediction.winner == 1 else -prediction.points
    return found.is_known and found.low <= ours <= found.high


def _need(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)

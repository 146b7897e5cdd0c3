"""What viewers are told of a run: curves that are merged, newest pictures that win."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

MAX_POINTS = 2000
NEWEST = ("filters", "health", "verdict", "findings")

StepPoint = tuple[int, float, float, float]
ScorePoint = tuple[int, float, float]
Point = TypeVar("Point", StepPoint, ScorePoint)


@dataclass(frozen=True)
class Update:
    """What is new after sequence number ``after``.

    ``steps`` are (step, loss, accuracy, learning rate), ``scores`` (step, loss, accuracy). With
    ``reset`` they replace what the viewer has; otherwise they are appended. ``filters`` (the first
    layer), ``health``, ``verdict`` and ``findings`` are the newest, or None if the viewer has them
    or (with ``reset``) there are none.
    """

    sequence: int
    reset: bool
    steps: list[StepPoint]
    scores: list[ScorePoint]
    filters: dict[str, Any] | None
    health: dict[str, Any] | None
    verdict: dict[str, Any] | None
    findings: list[dict[str, str]] | None


@dataclass
class History:
    """Bounded: beyond ``MAX_POINTS`` neighbours are merged into their mean."""

    sequence: int = 0
    _base: int = 0
    _steps: list[StepPoint] = field(default_factory=list)
    _step_numbers: list[int] = field(default_factory=list)
    _scores: list[ScorePoint] = field(default_factory=list)
    _score_numbers: list[int] = field(default_factory=list)
    _newest: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def add_step(self, step: int, loss: float, accuracy: float, rate: float) -> None:
        """One update's mini-batch loss and accuracy, and its learning rate."""
        if len(self._steps) >= MAX_POINTS:
            self._merge()
        self.sequence += 1
        self._steps.append((step, loss, accuracy, rate))
        self._step_numbers.append(self.sequence)

    def add_score(self, step: int, loss: float, accuracy: float) -> None:
        """One held-out evaluation."""
        if len(self._scores) >= MAX_POINTS:
            self._merge()
        self.sequence += 1
        self._scores.append((step, loss, accuracy))
        self._score_numbers.append(self.sequence)

    def show(self, name: str, value: Any) -> None:
        """The newest of ``NEWEST`` replaces the one before; the same once more is no news."""
        if self._newest.get(name, (0, None))[1] != value:
            self.sequence += 1
            self._newest[name] = (self.sequence, value)

    def clear(self) -> None:
        """Forget everything; viewers are told to do the same."""
        self.sequence += 1
        self._base = self.sequence
        for values in (self._steps, self._step_numbers, self._scores, self._score_numbers):
            values.clear()
        self._newest.clear()

    def since(self, after: int) -> Update:
        """What a viewer that has seen everything up to ``after`` lacks."""
        reset = after < self._base or after > self.sequence
        start = -1 if reset else after
        newest = {name: self._newest.get(name, (-1, None)) for name in NEWEST}
        return Update(
            sequence=self.sequence,
            reset=reset,
            steps=_newer(self._steps, self._step_numbers, start),
            scores=_newer(self._scores, self._score_numbers, start),
            **{name: value if at > start else None for name, (at, value) in newest.items()},
        )

    @property
    def steps(self) -> tuple[StepPoint, ...]:
        """The whole curve of training, as it is now."""
        return tuple(self._steps)

    @property
    def scores(self) -> tuple[ScorePoint, ...]:
        """The whole held-out curve, as it is now."""
        return tuple(self._scores)

    @property
    def findings(self) -> tuple[dict[str, str], ...]:
        """What the babysitter sees now."""
        return tuple(self._newest.get("findings", (0, ()))[1])

    @property
    def last_score(self) -> ScorePoint | None:
        """The newest held-out evaluation."""
        return self._scores[-1] if self._scores else None

    @property
    def last_step(self) -> StepPoint | None:
        """The newest mini-batch."""
        return self._steps[-1] if self._steps else None

    def _merge(self) -> None:
        """Halve what is long: the mean of two neighbours stands at the later one's step."""
        self.sequence += 1
        self._base = self.sequence
        self._steps, self._scores = _halved(self._steps), _halved(self._scores)
        self._step_numbers = [self.sequence] * len(self._steps)
        self._score_numbers = [self.sequence] * len(self._scores)


def _halved(points: list[Point]) -> list[Point]:
    if len(points) < MAX_POINTS:
        return points
    return [_mean(*pair) for pair in zip(points[::2], points[1::2], strict=True)]


def _mean(left: Any, right: Any) -> Any:
    return (right[0], *((a + b) / 2 for a, b in zip(left[1:], right[1:], strict=True)))


def _newer(values: Sequence[Point], numbers: list[int], after: int) -> list[Point]:
    """The tail of ``values`` whose sequence numbers exceed ``after`` (numbers ascend)."""
    start = len(numbers)
    while start and numbers[start - 1] > after:
        start -= 1
    return list(values[start:])

"""What viewers are told of a run: curves that are merged, newest filters that win."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MAX_POINTS = 2000


@dataclass(frozen=True)
class Update:
    """What is new after sequence number ``after``.

    ``steps`` and ``scores`` are (step, loss, accuracy) triples. With ``reset`` they replace what
    the viewer has; otherwise they are appended. ``filters`` is the newest picture of the first
    layer, or None if the viewer has it.
    """

    sequence: int
    reset: bool
    steps: list[tuple[int, float, float]]
    scores: list[tuple[int, float, float]]
    filters: dict[str, Any] | None


@dataclass
class History:
    """Bounded: beyond ``MAX_POINTS`` neighbours are merged into their mean."""

    sequence: int = 0
    _base: int = 0
    _steps: list[tuple[int, float, float]] = field(default_factory=list)
    _step_numbers: list[int] = field(default_factory=list)
    _scores: list[tuple[int, float, float]] = field(default_factory=list)
    _score_numbers: list[int] = field(default_factory=list)
    _filters: dict[str, Any] | None = None
    _filters_number: int = 0

    def add_step(self, step: int, loss: float, accuracy: float) -> None:
        """One update's mini-batch loss and accuracy."""
        if len(self._steps) >= MAX_POINTS:
            self._merge()
        self.sequence += 1
        self._steps.append((step, loss, accuracy))
        self._step_numbers.append(self.sequence)

    def add_score(self, step: int, loss: float, accuracy: float) -> None:
        """One held-out evaluation."""
        if len(self._scores) >= MAX_POINTS:
            self._merge()
        self.sequence += 1
        self._scores.append((step, loss, accuracy))
        self._score_numbers.append(self.sequence)

    def set_filters(self, filters: dict[str, Any]) -> None:
        """The newest picture of the first layer replaces the one before."""
        self.sequence += 1
        self._filters = filters
        self._filters_number = self.sequence

    def clear(self) -> None:
        """Forget everything; viewers are told to do the same."""
        self.sequence += 1
        self._base = self.sequence
        for values in (self._steps, self._step_numbers, self._scores, self._score_numbers):
            values.clear()
        self._filters = None

    def since(self, after: int) -> Update:
        """What a viewer that has seen everything up to ``after`` lacks."""
        reset = after < self._base or after > self.sequence
        start = -1 if reset else after
        return Update(
            sequence=self.sequence,
            reset=reset,
            steps=_newer(self._steps, self._step_numbers, start),
            scores=_newer(self._scores, self._score_numbers, start),
            filters=self._filters if self._filters_number > start else None,
        )

    @property
    def last_score(self) -> tuple[int, float, float] | None:
        """The newest held-out evaluation."""
        return self._scores[-1] if self._scores else None

    @property
    def last_step(self) -> tuple[int, float, float] | None:
        """The newest mini-batch."""
        return self._steps[-1] if self._steps else None

    def _merge(self) -> None:
        """Halve what is long: the mean of two neighbours stands at the later one's step."""
        self.sequence += 1
        self._base = self.sequence
        self._steps, self._scores = _halved(self._steps), _halved(self._scores)
        self._step_numbers = [self.sequence] * len(self._steps)
        self._score_numbers = [self.sequence] * len(self._scores)


def _halved(points: list[tuple[int, float, float]]) -> list[tuple[int, float, float]]:
    if len(points) < MAX_POINTS:
        return points
    pairs = zip(points[::2], points[1::2], strict=True)
    return [(right[0], (left[1] + right[1]) / 2, (left[2] + right[2]) / 2) for left, right in pairs]


def _newer(
    values: list[tuple[int, float, float]], numbers: list[int], after: int
) -> list[tuple[int, float, float]]:
    """The tail of ``values`` whose sequence numbers exceed ``after`` (numbers ascend)."""
    start = len(numbers)
    while start and numbers[start - 1] > after:
        start -= 1
    return values[start:]

"""What viewers are told of a run: curves that are merged, newest pictures that win."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from dlviz.core.run_log import FIRST

MAX_POINTS = 2000
NEWEST = ("filters", "health", "verdict", "findings", "net")

StepPoint = tuple[int, float, float, float]
ScorePoint = tuple[int, float, float]
Point = TypeVar("Point", StepPoint, ScorePoint)


@dataclass(frozen=True)
class Update:
    """What is new after sequence number ``after``.

    ``steps`` are (step, loss, accuracy, learning rate), ``scores`` (step, loss, accuracy). Of
    each curve the viewer keeps as many points from its beginning as ``kept`` says (steps, scores)
    and appends these: the last point it had may still have grown. With ``reset`` it keeps none.
    ``filters`` (the first layer), ``health``, ``verdict``, ``findings`` and ``net`` (all weights of
    a small one) are the newest, or None if the viewer has them or (with ``reset``) there are none.
    ``track`` is {steps: of all kept nets, new: those that the viewer has not}, None if it has all.
    """

    sequence: int
    reset: bool
    kept: tuple[int, int]
    steps: list[StepPoint]
    scores: list[ScorePoint]
    filters: dict[str, Any] | None
    health: dict[str, Any] | None
    verdict: dict[str, Any] | None
    findings: list[dict[str, str]] | None
    net: dict[str, Any] | None
    track: dict[str, Any] | None


@dataclass
class Curve(Generic[Point]):
    """At most ``MAX_POINTS``: the ``FIRST`` as they came, then means of ``stride`` values each.

    A mean stands at the step of its last value; the newest point may be of fewer. When there is
    no room for another one, ``stride`` doubles and neighbours become one.
    """

    points: list[Point] = field(default_factory=list)
    newest: Point | None = None  # as it came
    _numbers: list[int] = field(default_factory=list)  # sequence number of each point's last value
    _stride: int = 1
    _values: int = 1  # in the last point

    @property
    def full(self) -> bool:
        """Whether the next value has to merge what is there."""
        return len(self.points) >= MAX_POINTS and not self._grows

    @property
    def _grows(self) -> bool:
        return self._values < self._stride and len(self.points) > FIRST

    def add(self, point: Point, number: int) -> None:
        """One more value; the curve must not be full."""
        self.newest = point
        if self._grows:
            self._values += 1
            self.points[-1] = _mean(self.points[-1], point, 1 / self._values)
            self._numbers[-1] = number
        else:
            self._values = 1
            self.points.append(point)
            self._numbers.append(number)

    def merge(self, number: int) -> None:
        """Double the stride. An odd point at the end goes on growing."""
        rest = self.points[FIRST:]
        del self.points[FIRST:]
        for left, right in zip(rest[::2], rest[1::2], strict=False):
            self.points.append(_mean(left, right, 1 / 2))
        self._values, self._stride = 2 * self._stride, 2 * self._stride
        if len(rest) % 2:
            self.points.append(rest[-1])
            self._values //= 2
        self._numbers = [number] * len(self.points)

    def since(self, after: int) -> tuple[int, list[Point]]:
        """How many points have not changed since, and those behind them."""
        kept = bisect_right(self._numbers, after)
        return kept, self.points[kept:]


@dataclass
class History:
    """Bounded: of long curves neighbours are merged (``Curve``)."""

    sequence: int = 0
    _base: int = 0
    _steps: Curve[StepPoint] = field(default_factory=Curve)
    _scores: Curve[ScorePoint] = field(default_factory=Curve)
    _newest: dict[str, tuple[int, Any]] = field(default_factory=dict)
    _track: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    def add_step(self, step: int, loss: float, accuracy: float, rate: float) -> None:
        """One update's mini-batch loss and accuracy, and its learning rate."""
        self._add(self._steps, (step, loss, accuracy, rate))

    def add_score(self, step: int, loss: float, accuracy: float) -> None:
        """One held-out evaluation."""
        self._add(self._scores, (step, loss, accuracy))

    def show(self, name: str, value: Any) -> None:
        """The newest of ``NEWEST`` replaces the one before; the same once more is no news."""
        if self._newest.get(name, (0, None))[1] != value:
            self.sequence += 1
            self._newest[name] = (self.sequence, value)

    def keep(self, net: dict[str, Any]) -> None:
        """One more packed net, with its ``step``, for those who go back through the run."""
        self.sequence += 1
        self._track.append((self.sequence, net))

    def clear(self) -> None:
        """Forget everything; viewers are told to do the same."""
        self.sequence += 1
        self._base = self.sequence
        self._steps, self._scores = Curve(), Curve()
        self._newest.clear()
        self._track.clear()

    def since(self, after: int) -> Update:
        """What a viewer that has seen everything up to ``after`` lacks."""
        reset = after < self._base or after > self.sequence
        start = -1 if reset else after
        newest = {name: self._newest.get(name, (-1, None)) for name in NEWEST}
        kept_steps, steps = self._steps.since(start)
        kept_scores, scores = self._scores.since(start)
        return Update(
            sequence=self.sequence,
            reset=reset,
            kept=(kept_steps, kept_scores),
            steps=steps,
            scores=scores,
            track=self._track_since(start, reset),
            **{name: value if at > start else None for name, (at, value) in newest.items()},
        )

    @property
    def steps(self) -> tuple[StepPoint, ...]:
        """The whole curve of training, as it is now."""
        return tuple(self._steps.points)

    @property
    def scores(self) -> tuple[ScorePoint, ...]:
        """The whole held-out curve, as it is now."""
        return tuple(self._scores.points)

    @property
    def findings(self) -> tuple[dict[str, str], ...]:
        """What the babysitter sees now."""
        return tuple(self._newest.get("findings", (0, ()))[1])

    def shown(self, name: str) -> dict[str, Any] | None:
        """What ``show`` was given last under this name."""
        found: dict[str, Any] | None = self._newest.get(name, (0, None))[1]
        return found

    @property
    def last_score(self) -> ScorePoint | None:
        """The newest held-out evaluation."""
        return self._scores.newest

    @property
    def last_step(self) -> StepPoint | None:
        """The newest mini-batch."""
        return self._steps.newest

    def _track_since(self, start: int, reset: bool) -> dict[str, Any] | None:
        new = [net for at, net in self._track if at > start]
        if not new and not reset:
            return None
        return {"steps": [net["step"] for _, net in self._track], "new": new}

    def _add(self, curve: Curve[Point], point: Point) -> None:
        self.sequence += 1
        if curve.full:
            self._base = self.sequence  # what viewers have is no beginning of it any more
            curve.merge(self.sequence)
            self.sequence += 1
        curve.add(point, self.sequence)


def _mean(left: Any, right: Any, share: float) -> Any:
    """Between two points, ``share`` of the way to the right one, at its step."""
    return (right[0], *(a + (b - a) * share for a, b in zip(left[1:], right[1:], strict=True)))

"""To any update of a run on points: walks that stop before it, and the states kept on the way."""

from __future__ import annotations

import copy
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from threading import Lock

from dlviz.core.points.network import Network
from dlviz.core.points.numbers import Labels
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsSpec

STRIDE = 1000  # updates from one kept state to the next: fractions of a second
FARTHEST = 50_000  # nobody gets beyond it: seconds where nothing is kept yet
MOST_MARKS = 128
MOST_TRAILS = 16


class Walk:
    """A run of ``spec`` that stops before an update: ``batch`` are the points that it takes next.

    After the last step that is a batch of one epoch more. ``run``: one that stands between two
    epochs, to be walked on from; it is the walk's own from now on.
    """

    def __init__(self, spec: PointsSpec, run: PointsRun | None = None) -> None:
        self.run = run or PointsRun(spec)
        self._batches: deque[Labels] = deque()
        self.batch = self._next()

    def to(self, step: int) -> None:
        """Train on until ``step`` updates are made; it cannot walk back."""
        while self.run.step < step:
            self.run.update(self.batch)
            self.batch = self._next()
        self.run.make_changes()

    def copy(self, spec: PointsSpec) -> Walk:
        """Another walk that goes on from here, with the changes of ``spec`` that are to come."""
        twin = copy.copy(self)
        twin.run, twin._batches = _copied(self.run, spec), self._batches.copy()
        return twin

    def _next(self) -> Labels:
        if not self._batches:
            self._batches.extend(self.run.batches())
        return self._batches.popleft()


class Trail:
    """The states that runs of one spec have passed, whatever hands changed in them; for threads.

    Who wants to get to an update begins at the nearest one instead of at the start. The numbers
    are the same to the last bit: a state has weights, the optimiser's memory and the generators.
    """

    def __init__(self) -> None:
        self._marks: OrderedDict[tuple[object, ...], Walk] = OrderedDict()
        self._tip: Walk | None = None  # where somebody got to last: the next update is near
        self._lock = Lock()

    def way(self, spec: PointsSpec, step: int) -> Iterator[Walk]:
        """Walks to ``step`` from the nearest state; a breath there, and every ``STRIDE`` updates.

        The walk is the caller's own. Raises ``DivergedError``.
        """
        walk = self._nearest(spec, step)
        walk.run.make_changes()
        yield walk
        while walk.run.step < step:
            walk.to(min(step, (walk.run.step // STRIDE + 1) * STRIDE))
            self._keep(walk, is_mark=walk.run.step % STRIDE == 0)
            yield walk

    def passed(self, run: PointsRun) -> None:
        """Keep the state of a run that stands between two epochs, once in ``STRIDE`` updates."""
        if run.step % STRIDE < run.steps_per_epoch and run.step <= FARTHEST:
            self._keep(Walk(run.spec, _copied(run, run.spec)), is_mark=True)

    def _nearest(self, spec: PointsSpec, step: int) -> Walk:
        known = [mark for mark in self._known(spec) if mark.run.step <= step]
        if not known:
            return Walk(spec)
        return max(known, key=lambda mark: mark.run.step).copy(spec)

    def _known(self, spec: PointsSpec) -> list[Walk]:
        with self._lock:
            marks = [*self._marks.values(), *([self._tip] if self._tip else [])]
        return [mark for mark in marks if _leads(mark.run, spec)]

    def _keep(self, walk: Walk, *, is_mark: bool) -> None:
        kept = walk.copy(walk.run.spec)
        with self._lock:
            self._tip = kept
            if is_mark:
                self._marks[walk.run.step, _made(walk.run)] = kept
                while len(self._marks) > MOST_MARKS:
                    self._marks.popitem(last=False)


def trail_of(spec: PointsSpec) -> Trail:
    """The trail of all runs of ``spec``, with whatever is changed by hand."""
    return _trail(replace(spec, interventions=()))


@lru_cache(maxsize=MOST_TRAILS)
def _trail(_: PointsSpec) -> Trail:
    return Trail()


def _made(run: PointsRun) -> tuple[object, ...]:
    return run.interventions[: run._made]


def _leads(run: PointsRun, spec: PointsSpec) -> bool:
    """Whether a run of ``spec`` passes the state of this one: the same changes until then."""
    count = run._made
    later = spec.interventions[count:]
    same = spec.interventions[:count] == _made(run)
    return same and all(change.step >= run.step for change in later)


def _copied(run: PointsRun, spec: PointsSpec) -> PointsRun:
    """A run of ``spec`` that stands where ``run`` does and shares nothing that changes."""
    twin = copy.copy(run)
    twin.spec = spec
    twin.network = Network(run.network.layers)  # its layers are views into one vector
    twin._optimiser = copy.deepcopy(run._optimiser)
    twin._shuffling, twin._dropping = copy.deepcopy(run._shuffling), copy.deepcopy(run._dropping)
    twin._changes = deque()
    return twin

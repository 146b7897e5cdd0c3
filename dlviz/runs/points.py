"""From the events of a run on points to what a job remembers; imports no torch."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from dlviz.core.events import DivergedError, Health, Score, Step
from dlviz.core.points.diagnoses import PointsLog, examine_points
from dlviz.core.points.health import all_zero, twins
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsSpec
from dlviz.core.points.walk import trail_of
from dlviz.core.specs import SpecError
from dlviz.runs.history import History
from dlviz.runs.jobs import Job

NET_SECONDS = 1 / 25
EXAMINE_SECONDS = 1 / 2
MOST_OF_THE_TIME = 1 / 50  # that the babysitter may take from learning
KEPT_HEALTHS = 8
MAX_TRACK = 64


class PointsRecorder:
    """The executor's Recorder for a PointsSpec. ``new_run`` makes the run."""

    device = "CPU"

    def __init__(
        self, spec: PointsSpec, *, new_run: Callable[[PointsSpec], PointsRun] = PointsRun
    ) -> None:
        self._run = new_run(spec)
        self.total_steps = self._run.total_steps
        self._kept = kept_steps(self.total_steps)
        self._net_due = self._examine_due = 0.0
        self._history = History()  # the job's, once it is known
        self._diverged = False
        self._healths: deque[Health] = deque(maxlen=KEPT_HEALTHS)
        self._spread = None if self._run.points.classes else float(np.var(self._run.train[1])) / 2

    def __iter__(self) -> Iterator[Callable[[Job], bool]]:
        try:
            yield from self._entries()
        except DivergedError:
            self._diverged = True
            yield partial(self._show, {"findings": self._findings()})
            raise
        if self._run.stopped_early:
            yield self._tell_early

    def _entries(self) -> Iterator[Callable[[Job], bool]]:
        """An entry a step, with what is measured after it: a pause must not come in between.

        A change by hand would be in that score then, and not in that of a run that replays it.
        """
        events, trail = iter(self._run), trail_of(self._run.spec)
        for event in events:
            several = [event]
            if isinstance(event, Step) and event.step % self._run.steps_per_epoch == 0:
                several.append(next(events))
                trail.passed(self._run)
            yield partial(self._enter, several, self._news(event))

    def change(self, name: str, value: float) -> None:
        self._run.change(name, value)

    def rest(self, job: Job) -> None:
        self._run.make_changes()
        self._history = job.history
        self._show(self._at_rest(), job)

    def finish(self) -> Callable[[Job], bool]:
        return partial(self._show, self._at_rest())

    def sentence(self, error: Exception) -> str | None:
        return str(error) if isinstance(error, DivergedError | SpecError) else None

    # -- what the job remembers -----------------------------------------------------------------

    def _enter(self, events: Sequence[Step | Score], news: dict[str, Any], job: Job) -> bool:
        """Write what happened into the job (under the executor's lock)."""
        self._history = job.history
        self._show(news, job)
        for event in events:
            if isinstance(event, Step):
                job.step = event.step
                job.clock.count(event.count)
                job.history.add_step(event.step, event.loss, event.accuracy, event.rate)
            elif math.isfinite(event.loss):  # JSON has no NaN
                job.history.add_score(event.step, event.loss, event.accuracy)
        if events[-1].step == self.total_steps:
            job.history.show("findings", self._findings())  # what is said last knows all of this
        return isinstance(events[0], Step)

    def _tell_early(self, job: Job) -> bool:
        job.message = "It makes no mistake any more, so its rule changes nothing any more."
        self._show(self._at_rest(), job)
        return False

    def _show(self, news: dict[str, Any], job: Job) -> bool:
        for name, value in news.items():
            if name == "kept":
                job.history.keep(value)
            else:
                job.history.show(name, value)
        return False

    def _news(self, event: Step | Score) -> dict[str, Any]:
        """What viewers are shown anew with this event, made outside of the lock."""
        now, news = time.monotonic(), dict[str, Any]()
        keeps = event.step in self._kept
        last = event.step == self.total_steps
        if keeps or last or now >= self._net_due:
            news["net"] = self._net()
            self._net_due = now + NET_SECONDS
        if keeps:
            self._kept = self._kept - {event.step}
            news["kept"] = news["net"]
        if event.step and now >= self._examine_due:
            news["findings"] = self._findings()
            ended = time.monotonic()
            self._examine_due = ended + max(EXAMINE_SECONDS, (ended - now) / MOST_OF_THE_TIME)
        return news

    def _at_rest(self) -> dict[str, Any]:
        """What is shown together is of one step; of a run that has not begun nothing is said."""
        return {"net": self._net(), **({"findings": self._findings()} if self._run.step else {})}

    def _net(self) -> dict[str, Any]:
        return {"step": self._run.step, **self._run.network.packed()}

    def _findings(self) -> list[dict[str, str]]:
        if self._healths and self._healths[-1].step == self._run.step:
            self._healths.pop()  # the same step looked at again, perhaps after a change by hand
        self._healths.append(self._run.health())
        log = PointsLog(
            classes=self._run.points.classes,
            steps_per_epoch=self._run.steps_per_epoch,
            total_steps=self.total_steps,
            steps=self._history.steps,
            scores=self._history.scores,
            healths=tuple(self._healths),
            diverged=self._diverged,
            hindrances=("dropout",) if self._run.spec.net.dropout else (),
            spec=self._run.spec,
            spread=self._spread,
            points=len(self._run.points.train_x),
            all_zero=all_zero(self._run.network),
            twins=twins(self._run.network),
            is_perceptron=self._run.is_perceptron,
            mistakes=self._run.epoch_mistakes,
        )
        return [finding.as_dict for finding in examine_points(log)]


def kept_steps(total: int) -> frozenset[int]:
    """At most ``MAX_TRACK`` steps from 0 to ``total``: close together at first, then even.

    Half of them are spaced evenly in the logarithm, for most happens at the start.
    """
    half = MAX_TRACK // 2
    early = np.geomspace(1, max(total, 1), half)
    even = np.linspace(0, total, half)
    return frozenset(int(step) for step in np.rint([*early, *even]))

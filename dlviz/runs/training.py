"""From the core's training events to what a job remembers; imports torch."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import torch

from dlviz.core.babysitter import examine
from dlviz.core.data import ImageData
from dlviz.core.events import DivergedError, Health, Score, Step
from dlviz.core.health import Verdict
from dlviz.core.layers import plan
from dlviz.core.memory import require_memory, training_bytes
from dlviz.core.run_log import Log, hindrances_of
from dlviz.core.snapshots import Snapshot, thin
from dlviz.core.specs import RunSpec, SpecError
from dlviz.core.training import Event, Run
from dlviz.io.datasets import data_for
from dlviz.runs.devices import AUTO, Device, choose, device_failure, used_bytes
from dlviz.runs.history import History
from dlviz.runs.jobs import Job
from dlviz.runs.memory import Memory
from dlviz.runs.packing import pack_filters, pack_health, pack_verdict

FILTER_SECONDS = 1 / 20
HEALTH_SECONDS = 1 / 10
EXAMINE_SECONDS = 1 / 2
MOST_OF_THE_TIME = 1 / 50  # that one way of looking may take from learning
KEPT_HEALTHS = 8

_FULL = "The memory was not enough for this network: make it or the batch smaller."


class TrainingRecorder:
    """The executor's Recorder for a RunSpec.

    ``device`` is one of ``devices()``, its key or "auto"; ``own`` the pictures of the visitor for
    whom it runs, by name; ``memory`` what it shares with other runs on the CPU; ``new_run`` makes
    the Run. Raises ``DeviceError`` as ``choose`` does.
    """

    def __init__(
        self,
        spec: RunSpec,
        device: str | Device = AUTO,
        own: Mapping[str, ImageData] | None = None,
        *,
        memory: Memory | None = None,
        new_run: Callable[[RunSpec, ImageData, str], Run] = Run,
    ) -> None:
        self._data = data_for(spec.data, own)
        rows = plan(spec.net, self._data.shape, len(self._data.classes))
        require_memory(rows, spec.train.batch_size)
        need = training_bytes(rows, spec.train.batch_size)
        more = need + self._data.train_pixels.nbytes  # a device gets its own copy of them
        self._device = device if isinstance(device, Device) else choose(device, more)
        held = memory.hold(self, need) if memory and self._device.key == "cpu" else None
        self.device = self._device.title
        try:
            self._run = new_run(spec, self._data, self._device.key)
        except (MemoryError, RuntimeError) as error:
            raise self._told_as(error)  # noqa: B904 - it has its cause, or is the error itself
        if held:
            held.pass_to(self._run)  # somebody may keep the run longer than its recorder
        self.total_steps = self._run.total_steps
        self._clocks = {"filters": 0.0, "health": 0.0, "findings": 0.0}
        self._history = History()  # the job's, once it is known
        self._healths: deque[Health] = deque(maxlen=KEPT_HEALTHS)
        self._verdict: Verdict | None = None
        self._memory = 0

    def __iter__(self) -> Iterator[Callable[[Job], bool]]:
        try:
            yield from self._entries()
        except Exception as error:
            raise self._told_as(error)  # noqa: B904 - it has its cause, or is the error itself

    def _entries(self) -> Iterator[Callable[[Job], bool]]:
        try:
            for event in self._run:
                yield partial(self._enter, event, self._news(event))
        except DivergedError:
            self._healths.append(self._run.health())
            yield partial(self._show, {"findings": self._findings(diverged=True)})
            raise
        if self._run.stopped_early:
            yield self._tell_early

    def change(self, name: str, value: float) -> None:
        self._run.change(name, value)

    def rest(self, job: Job) -> None:
        """What viewers see of a training on pictures is a tenth of a second old: near enough."""

    def finish(self) -> Callable[[Job], bool]:
        try:
            return partial(self._keep, self._run.snapshot())
        except RuntimeError as error:  # a lost device keeps its weights: the last ones known stay
            if not device_failure(error, self._device.title):
                raise
            return partial(self._show, {})

    def sentence(self, error: Exception) -> str | None:
        if isinstance(error, DivergedError | SpecError):
            return str(error)
        return _FULL if _is_full(error) else None

    def _told_as(self, error: Exception) -> Exception:
        """What a failed device or a full memory is told as; the same error if it is neither.

        To be raised by who calls: an error that a frame of its own traceback names is a circle,
        and keeps all tensors of those frames until the next garbage collection.
        """
        on_cpu = self._device.key == "cpu"
        failure: Exception | None = None
        if not on_cpu:
            failure = device_failure(error, self._device.title)
        if failure is None and _is_full(error):
            failure = SpecError(_FULL)
        if failure is None:
            return error
        failure.__cause__ = error
        return failure

    # -- what the job remembers -----------------------------------------------------------------

    def _enter(self, event: Event, news: dict[str, Any], job: Job) -> bool:
        """Write one event into the job (under the executor's lock)."""
        self._history, job.memory = job.history, self._memory
        self._show(news, job)
        if isinstance(event, Step):
            job.step = event.step
            job.clock.count(event.count)
            job.history.add_step(event.step, event.loss, event.accuracy, event.rate)
        elif isinstance(event, Score) and math.isfinite(event.loss):  # JSON has no NaN
            job.history.add_score(event.step, event.loss, event.accuracy)
        elif isinstance(event, Snapshot):
            job.snapshots = thin([*job.snapshots, event])
        return isinstance(event, Step)

    def _show(self, news: dict[str, Any], job: Job) -> bool:
        for name, value in news.items():
            job.history.show(name, value)
        return False

    def _keep(self, snapshot: Snapshot, job: Job) -> bool:
        if not job.snapshots or job.snapshots[-1].step != snapshot.step:
            job.snapshots = thin([*job.snapshots, snapshot])
        return False

    def _tell_early(self, job: Job) -> bool:
        patience = self._run.spec.train.patience
        epochs = "one epoch" if patience == 1 else f"{patience} epochs"
        job.message = f"Stopped early: the held-out loss has not fallen for {epochs}."
        return False

    # -- what is looked at beside the events: newest wins ---------------------------------------

    def _news(self, event: Event) -> dict[str, Any]:
        """All that viewers are shown anew with this event, made outside of the lock."""
        news: dict[str, Any] = {}
        if isinstance(event, Health):
            self._healths.append(event)
            news["health"] = pack_health(event)
        elif isinstance(event, Verdict):
            self._verdict = event
            news["verdict"] = pack_verdict(event, self._data.test_pixels, self._data.classes)
        looks: tuple[tuple[str, float, Callable[[], Any]], ...] = (
            ("filters", FILTER_SECONDS, self._filters),
            ("health", HEALTH_SECONDS, self._live_health),
            ("findings", EXAMINE_SECONDS, self._findings),
        )
        for name, seconds, look in looks:
            if isinstance(event, Snapshot) or self._clocks[name] < time.monotonic():
                began = time.monotonic()
                found = look()
                ended = time.monotonic()
                pause = max(seconds, (ended - began) / MOST_OF_THE_TIME)
                self._clocks[name] = ended + pause
                if found is not None:
                    news.setdefault(name, found)
        return news

    def _filters(self) -> dict[str, Any] | None:
        """The first layer as signed bytes."""
        weights = next(self._run.module.parameters(), None)
        return None if weights is None or weights.ndim != 4 else pack_filters(weights.detach())

    def _live_health(self) -> dict[str, Any]:
        self._memory = used_bytes(self._device.key)
        return pack_health(self._run.health())

    def _findings(self, diverged: bool = False) -> list[dict[str, str]]:
        log = Log(
            classes=self._data.classes,
            steps_per_epoch=self._run.steps_per_epoch,
            total_steps=self.total_steps,
            steps=self._history.steps,
            scores=self._history.scores,
            healths=tuple(self._healths),
            verdict=self._verdict,
            diverged=diverged,
            hindrances=hindrances_of(self._run.spec),
        )
        return [finding.as_dict for finding in examine(log)]


def _is_full(error: Exception) -> bool:
    """On a CPU torch says it with a RuntimeError."""
    words = str(error)
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError)
        and ("allocate memory" in words or "not enough memory" in words)
    )

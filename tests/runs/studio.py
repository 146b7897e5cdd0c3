"""A recorder whose every step waits for an order of the test, and who gives the orders."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from queue import Queue

from dlviz.core.specs import RunSpec, TrainSpec
from dlviz.runs.contract import Executor
from dlviz.runs.history import StepPoint, Update
from dlviz.runs.jobs import Command, DeviceError, Job, State
from dlviz.runs.records import Record

IMAGES = 20  # learnt from in a step
FREE = object()  # an order: from now on go without orders
PATIENCE = 10.0


class FakeRecorder:
    """``total_steps`` steps; each waits for an order: go, go freely, or an exception to raise.

    The learning rate is 0.1 until an intervention of the spec or a change by hand.
    """

    def __init__(self, studio: Studio, spec: RunSpec, device: str) -> None:
        self.total_steps = studio.total_steps
        self.device = f"fake {device}"
        self.rate = 0.1
        self.changes: list[tuple[str, float]] = []
        self._studio, self._spec, self._seed = studio, spec, spec.train.seed

    def __iter__(self) -> Iterator[Callable[[Job], bool]]:
        yield self._untrained
        order: object = None
        for _ in range(self.total_steps):
            order = order if order is FREE else self._studio.next_order(self._seed)
            if isinstance(order, Exception):
                raise order
            with self._studio.computing():
                if order is FREE:
                    threading.Event().wait(0.001)  # the work
            yield self._step

    def change(self, name: str, value: float) -> None:
        self.changes.append((name, value))
        self.rate = value

    def rest(self, job: Job) -> None:
        job.history.show("net", {"step": job.step, "rate": self.rate})

    def finish(self) -> Callable[[Job], bool]:
        return self._finish

    def sentence(self, error: Exception) -> str | None:
        return "It was too much." if isinstance(error, OverflowError) else None

    def _finish(self, job: Job) -> bool:
        job.snapshots.append(f"stopped after {job.step}")
        return False

    def _untrained(self, job: Job) -> bool:
        job.snapshots.append("untrained")
        return False

    def _step(self, job: Job) -> bool:
        for change in self._spec.interventions:
            self.rate = change.value if change.step == job.step else self.rate
        job.step += 1
        job.clock.count(IMAGES)
        job.history.add_step(job.step, 1 / job.step, 0.5, self.rate)
        return True


class Studio:
    """Makes the recorders, hands out the orders and remembers what happened. Seeds tell runs."""

    def __init__(self) -> None:
        self.total_steps = 10
        self.orders: dict[int, Queue[object]] = {seed: Queue() for seed in range(10)}
        self.made: dict[int, list[weakref.ref[FakeRecorder]]] = {seed: [] for seed in range(10)}
        self.waiting: set[int] = set()
        self.ended: list[tuple[str, int, list[object]]] = []
        self.refusal: Exception | None = None
        self.asked: list[tuple[str, int, str]] = []  # owner, seed, device of every recorder
        self.lacking: set[str] = set()  # devices that are not there
        self.records: list[tuple[str, Record]] = []
        self.at_end: Callable[[], None] = lambda: None
        self.most_computing = 0
        self._computing = 0
        self._lock = threading.Lock()

    def make(self, spec: RunSpec, owner: str, device: str) -> FakeRecorder:
        if self.refusal:
            raise self.refusal
        if device in self.lacking:
            raise DeviceError(f"There is no {device} here.")
        self.asked.append((owner, spec.train.seed, device))
        recorder = FakeRecorder(self, spec, device)
        self.made[spec.train.seed].append(weakref.ref(recorder))
        return recorder

    def on_end(self, owner: str, spec: RunSpec, snapshots: list[object]) -> None:
        self.ended.append((owner, spec.train.seed, list(snapshots)))
        self.at_end()

    def on_record(self, owner: str, record: Record) -> None:
        self.records.append((owner, record))

    def next_order(self, seed: int) -> object:
        self.waiting.add(seed)
        order = self.orders[seed].get(timeout=PATIENCE)
        self.waiting.discard(seed)
        return order

    def let(self, seed: int, steps: int = 1) -> None:
        for _ in range(steps):
            self.orders[seed].put("go")

    def free(self, seed: int) -> None:
        self.orders[seed].put(FREE)

    def computing(self) -> Studio:
        return self

    def __enter__(self) -> None:
        with self._lock:
            self._computing += 1
            self.most_computing = max(self.most_computing, self._computing)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._computing -= 1


class EndOfTestError(Exception):
    """Wakes what a test left waiting."""


def spec(seed: int) -> RunSpec:
    return RunSpec(train=TrainSpec(seed=seed))


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until it is true, at most ``seconds``."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        threading.Event().wait(0.002)


def until_state(executor: Executor, job: str, state: State, *, step: int | None = None) -> None:
    def reached() -> bool:
        status = executor.status(job)
        return status.state is state and step in (None, status.step)

    until(reached)


def running_at(executor: Executor, studio: Studio, owner: str, seed: int, step: int) -> str:
    """A job that has taken ``step`` steps and waits for its next order."""
    job = executor.submit(owner, spec(seed))
    studio.let(seed, step)
    until_state(executor, job, State.RUNNING, step=step)
    until(lambda: seed in studio.waiting)
    return job


def paused_at(executor: Executor, studio: Studio, owner: str, seed: int, step: int) -> str:
    job = running_at(executor, studio, owner, seed, step - 1)
    executor.control(job, Command.PAUSE)
    studio.let(seed)
    until_state(executor, job, State.PAUSED, step=step)
    return job


class Viewer:
    """What a page does with Updates."""

    def __init__(self, executor: Executor, job: str) -> None:
        self._executor, self._job = executor, job
        self.sequence = 0
        self.steps: list[StepPoint] = []

    def look(self) -> Update:
        _, update = self._executor.poll(self._job, self.sequence)
        self.steps = self.steps[: update.kept[0]] + update.steps
        self.sequence = update.sequence
        return update


def reach(executor: Executor, studio: Studio, where: str) -> str:
    """A job of visitor "a" in the state ``where``; the slot is taken by another if queued."""
    if where == "running":
        return running_at(executor, studio, "a", 0, 4)
    if where == "paused":
        return paused_at(executor, studio, "a", 0, 4)
    if where == "queued":
        running_at(executor, studio, "other", 1, 0)
        return executor.submit("a", spec(0))
    if where == "resumed and queued":
        job = paused_at(executor, studio, "a", 0, 4)
        running_at(executor, studio, "other", 1, 0)
        executor.control(job, Command.RESUME)
        until_state(executor, job, State.QUEUED)
        return job
    job = running_at(executor, studio, "a", 0, 4)
    if where == "stopped":
        executor.control(job, Command.STOP)
        studio.let(0)
    elif where == "failed":
        studio.orders[0].put(OverflowError())
    else:
        studio.let(0, 6)
    until_state(executor, job, State(where))
    return job

"""A job and its place in the executor: plain data, no torch."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from threading import Thread
from typing import TYPE_CHECKING

from dlviz.core.words import grouped
from dlviz.runs.history import History
from dlviz.runs.spec import Change, Spec
from dlviz.runs.stopwatch import Stopwatch

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.snapshots import Snapshot

PREPARING = "Preparing the pictures …"
SLACK_SECONDS = 0.02  # a step that comes late may be made up for
TURN_SECONDS = 1.0  # for so long it may wait for its next turn and counts as running
AHEAD_SECONDS = 0.04  # a paced run takes its steps in bursts: its slot is free in between


class State(StrEnum):
    """Where a job stands. The last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Nothing will happen any more, short of a rewind."""
        return self in (State.DONE, State.STOPPED, State.FAILED)


class Command(StrEnum):
    """What a visitor may ask of a job."""

    PAUSE = "pause"
    RESUME = "resume"
    STEP = "step"
    REWIND = "rewind"
    STOP = "stop"


class FullError(RuntimeError):
    """No more jobs are taken now; ``retry_after`` seconds is a fair guess."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class DeviceError(RuntimeError):
    """A device is not there, lost or full; the sentence says which. The CPU is always there."""


@dataclass(frozen=True)
class Status:
    """A job at one moment. ``position`` is its place in the queue (1 is next), 0 if not waiting.

    A job is a series of ``runs``, most often of one; ``run`` counts from 1, and all that follows
    tells of this run. ``pace`` is the most epochs a second that the visitor wants, 0 is no limit;
    ``memory`` is in bytes, 0 if not known.
    """

    job: str
    state: State
    position: int
    run: int
    runs: int
    step: int
    total_steps: int
    epochs: int
    elapsed: float
    remaining: float | None
    throughput: float
    message: str
    device: str
    rate: float | None
    pace: float
    memory: int
    interventions: tuple[Change, ...]
    spec: Spec

    @property
    def epoch(self) -> float:
        """Epochs done, with the fraction of the current one."""
        return self.epochs * self.step / self.total_steps if self.total_steps else 0.0


@dataclass(eq=False)
class Job:
    """The executor's own record; guarded by its lock. ``run`` counts from 1."""

    id: str
    owner: str
    specs: tuple[Spec, ...]
    wanted_device: str = "auto"
    run: int = 1
    state: State = State.QUEUED
    wanted: Command = Command.RESUME
    rewinding: bool = False  # asked for beside what is wanted after it
    credits: int = 0  # single steps asked for while paused
    target: int = 0  # the step that a paused start goes back to before it waits
    pace: float = 0.0  # the most epochs a second, 0: as fast as it goes
    due: float = 0.0  # when that lets the next step begin, on the monotonic clock
    changes: list[tuple[str, float]] = field(default_factory=list)  # asked for, not yet made
    interventions: tuple[Change, ...] = ()  # the spec's, and those made since
    step: int = 0
    total_steps: int = 0
    device: str = "cpu"
    memory: int = 0
    began: float = 0.0  # seconds since 1970
    message: str = ""
    notes: list[str] = field(default_factory=list)  # of the device: true after a start over too
    failures: list[str] = field(default_factory=list)  # of earlier runs of the series
    history: History = field(default_factory=History)
    snapshots: list[Snapshot] = field(default_factory=list)
    outcome: Mapping[str, Tensor] | None = None  # of a taught run that has ended
    clock: Stopwatch = field(default_factory=Stopwatch)
    thread: Thread | None = None

    def __post_init__(self) -> None:
        self.interventions = self.spec.interventions

    def changed(self, change: Change) -> None:
        """Enter a change into the log, behind those of the same step."""
        log = (*self.interventions, change)
        self.interventions = tuple(sorted(log, key=lambda item: item.step))

    def wish(self, command: Command) -> None:
        """What the visitor wants from now on; all but a step takes back the steps asked for."""
        self.credits = self.credits + 1 if command is Command.STEP else 0
        self.target = 0
        if command is Command.REWIND:
            self.rewinding = True
            self.changes.clear()
        paused = command in (Command.REWIND, Command.STEP)
        self.wanted = Command.PAUSE if paused else command

    def go_back_to(self, step: int) -> None:
        """Before it waits a paused start takes so many steps: more than one needs a slot."""
        self.credits, self.target = (0, step) if step > 1 else (step, 0)

    @property
    def goes_back(self) -> bool:
        """Whether a paused start is not yet where it shall wait."""
        return self.wanted is Command.PAUSE and self.step < self.target

    @property
    def goes(self) -> bool:
        """Whether the visitor wants more than single steps: that needs a slot."""
        return self.wanted is Command.RESUME or self.goes_back

    @property
    def rests(self) -> bool:
        """Whether the visitor wants no step now."""
        return self.wanted is Command.PAUSE and not (self.credits or self.goes_back)

    def stepped(self) -> None:
        """One step was taken: the next is due when the pace says so."""
        at_once = bool(self.credits) or self.step <= self.target
        if self.credits:
            self.credits -= 1
        if self.pace:
            seconds = self.spec.train.epochs / self.total_steps / self.pace
            due = 0.0 if at_once else self.due
            self.due = max(due, time.monotonic() - SLACK_SECONDS) + seconds

    @property
    def early(self) -> float:
        """Seconds until the next step is due, 0 if that is soon.

        A single step is due at once, and so are those of a way back.
        """
        paced = self.pace and self.wanted is Command.RESUME
        left = self.due - time.monotonic() if paced else 0.0
        return left if left > AHEAD_SECONDS else 0.0

    def keep_pace(self, epochs_per_second: float) -> None:
        """Go no faster than this from now on, 0: as fast as it goes."""
        if self.pace != epochs_per_second and not self.state.final:
            self.clock.forget_speed()
        self.pace, self.due = epochs_per_second, 0.0

    @property
    def spec(self) -> Spec:
        """What the current run was asked to be."""
        return self.specs[self.run - 1]

    @property
    def spec_done(self) -> Spec:
        """What the current run was: its spec with the changes made by hand."""
        return replace(self.spec, interventions=self.interventions)

    @property
    def _now(self) -> str:
        """What is told of this moment: pictures that have to be drawn first take seconds."""
        if self.state is not State.RUNNING:
            return self.message
        if not self.total_steps:
            return PREPARING
        return f"Going back to step {grouped(self.target)} …" if self.goes_back else self.message

    def reset(self) -> None:
        """Back to before the first step of the current run."""
        self.step, self.credits, self.target, self.due, self.message = 0, 0, 0, 0.0, ""
        self.interventions = self.spec.interventions
        self.history.clear()
        self.snapshots.clear()
        self.outcome = None
        self.clock = Stopwatch()

    def begin_again(self) -> None:
        """As ``reset``, but with all that the visitor has asked for: on another device."""
        kept = self.credits, self.target, self.interventions
        self.reset()
        self.credits, self.target, self.interventions = kept

    def status(self, position: int, waiting: str = "") -> Status:
        """A frozen picture of the job; ``waiting`` says what it waits for."""
        elapsed = self.clock.now()
        left = self.total_steps - self.step
        speed = self.clock.steps_per_second if self.state is State.RUNNING else 0.0
        return Status(
            job=self.id,
            state=self.state,
            position=position,
            run=self.run,
            runs=len(self.specs),
            step=self.step,
            total_steps=self.total_steps,
            epochs=self.spec.train.epochs,
            elapsed=elapsed,
            remaining=left / speed if speed else None,
            throughput=self.clock.throughput,
            message=" ".join(filter(None, (*self.failures, *self.notes, waiting or self._now))),
            device=self.device,
            rate=self.history.last_step[3] if self.history.last_step else None,
            pace=self.pace,
            memory=self.memory,
            interventions=self.interventions,
            spec=self.spec,
        )

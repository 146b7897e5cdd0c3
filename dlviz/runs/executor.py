"""Where training happens: the executor contract and its embedded form, threads in the server.

Jobs are plain data. A slot is the right to compute; a queue hands slots out in order of arrival,
a paused job gives its slot back. Between two events of a run the worker looks whether it shall
pause, step, stop or start over, so every wish is granted within one training step.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from dlviz.core.specs import RunSpec
from dlviz.runs.history import Update
from dlviz.runs.jobs import Command, FullError, Job, State, Status

if TYPE_CHECKING:
    from dlviz.core.snapshots import Snapshot

_LOG = logging.getLogger(__name__)


class Recorder(Protocol):
    """Turns a run's events into what a Job remembers; lives beside torch (``runs.training``)."""

    total_steps: int
    device: str

    def __iter__(self) -> Iterator[Callable[[Job], bool]]:
        """Entries that write into the job; each says whether it completed a training step."""

    def finish(self, job: Job) -> None:
        """Keep the weights of a run that was stopped early."""

    def sentence(self, error: Exception) -> str | None:
        """An expected error in one sentence, None if it is a surprise."""


class Executor(Protocol):
    """The contract. Unknown jobs raise ``KeyError``."""

    def submit(self, owner: str, spec: RunSpec) -> str:
        """Queue a run for its owner; returns the job's id or raises ``FullError``."""

    def status(self, job: str) -> Status:
        """State, queue position, progress."""

    def poll(self, job: str, after: int) -> tuple[Status, Update]:
        """Status and what is new after a sequence number."""

    def control(self, job: str, command: Command) -> None:
        """Pause, resume, take one step, rewind or stop."""

    def snapshots(self, job: str) -> list[Snapshot]:
        """The weights kept so far."""

    def owner(self, job: str) -> str:
        """Whose job it is."""

    def release(self, owner: str) -> None:
        """End and forget all jobs of an owner."""

    def close(self) -> None:
        """End everything."""


class _EndedError(Exception):
    """The run shall not go on."""


class ThreadExecutor:
    """The contract with one thread per active job; ``slots`` of them compute at a time.

    ``make`` builds the Recorder for a spec in the worker's thread; ``on_end`` is told once per
    run, in that thread, when it is done or was stopped after at least one step.
    """

    def __init__(
        self,
        make: Callable[[RunSpec], Recorder],
        *,
        slots: int,
        max_jobs: int = 64,
        on_end: Callable[[str, RunSpec, list[Snapshot]], None] | None = None,
    ) -> None:
        self._make = make
        self._slots = slots
        self._max_jobs = max_jobs
        self._on_end = on_end
        self._jobs: dict[str, Job] = {}
        self._queue: list[Job] = []
        self._computing: list[Job] = []
        self._changed = threading.Condition()
        self._closed = False

    # -- the contract ---------------------------------------------------------------------------

    def submit(self, owner: str, spec: RunSpec) -> str:
        with self._changed:
            mine = [job for job in self._jobs.values() if job.owner == owner]
            if any(not job.state.final for job in mine):
                raise FullError("Your last run is still going: stop it before a new one.", 1.0)
            if self._closed:
                raise FullError("The server is about to stop.", 60.0)
            if sum(not other.state.final for other in self._jobs.values()) >= self._max_jobs:
                raise FullError(f"{self._max_jobs} runs are waiting: try again in a minute.", 60.0)
            for job in mine:  # one visitor, one run: the last one makes room
                del self._jobs[job.id]
            job = Job(secrets.token_hex(8), owner, spec)
            self._jobs[job.id] = job
            self._launch(job)
            return job.id

    def status(self, job: str) -> Status:
        with self._changed:
            return self._status(self._jobs[job])

    def poll(self, job: str, after: int) -> tuple[Status, Update]:
        with self._changed:
            found = self._jobs[job]
            return self._status(found), found.history.since(after)

    def control(self, job: str, command: Command) -> None:
        with self._changed:
            found = self._jobs[job]
            if self._closed or (found.state.final and command is not Command.REWIND):
                return
            if command is Command.REWIND:
                found.wanted, found.rewinding, found.credits = Command.PAUSE, True, 0
                if found.state.final:
                    self._launch(found)
            elif found.wanted is Command.STOP:
                return
            elif command is Command.STEP:
                found.wanted = Command.PAUSE
                found.credits += 1
            else:
                found.wanted = command
            self._changed.notify_all()

    def snapshots(self, job: str) -> list[Snapshot]:
        with self._changed:
            return list(self._jobs[job].snapshots)

    def owner(self, job: str) -> str:
        with self._changed:
            return self._jobs[job].owner

    def release(self, owner: str) -> None:
        with self._changed:
            for job in [job for job in self._jobs.values() if job.owner == owner]:
                job.wanted = Command.STOP
                del self._jobs[job.id]
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            threads = [job.thread for job in self._jobs.values() if job.thread]
            for job in self._jobs.values():
                job.wanted = Command.STOP
            self._changed.notify_all()
        for thread in threads:
            thread.join(timeout=1.0)

    # -- the worker -----------------------------------------------------------------------------

    def _launch(self, job: Job) -> None:
        job.reset()
        job.rewinding = False
        job.state = State.QUEUED
        job.thread = threading.Thread(
            target=self._work, args=(job,), name=f"run-{job.id}", daemon=True
        )
        self._queue.append(job)
        job.thread.start()

    def _work(self, job: Job) -> None:
        recorder: Recorder | None = None
        try:
            while True:
                self._await_turn(job)
                recorder = None
                recorder = self._make(job.spec)
                if self._drive(job, recorder):
                    break
                with self._changed:  # rewound: the same spec gives the same initial weights
                    credits = job.credits
                    job.reset()
                    job.credits, job.rewinding = credits, False
                    self._leave(job)
            self._end(job, State.DONE)
        except _EndedError:
            try:
                if recorder and job.step:
                    recorder.finish(job)
                self._end(job, State.STOPPED)
            except Exception as error:
                self._end(job, State.FAILED, _surprise(error))
        except Exception as error:
            self._end(job, State.FAILED, _sentence(error, recorder))

    def _drive(self, job: Job, recorder: Recorder) -> bool:
        """Run to the end (True) or until rewound (False)."""
        with self._changed:
            job.total_steps, job.device = recorder.total_steps, recorder.device
        for entry in recorder:
            with self._changed:
                stepped = entry(job)
                if stepped and job.credits and not job.rewinding:
                    job.credits -= 1
                self._grant(job)
                if job.rewinding:
                    return False
        return True

    def _grant(self, job: Job) -> None:
        """Do what the visitor wants between two events; return when the run may go on."""
        while not job.rewinding:
            if job.wanted is Command.STOP:
                raise _EndedError
            if job.wanted is Command.PAUSE and not job.credits:
                self._pause(job)
            elif job.wanted is Command.RESUME and job not in self._computing:
                self._await_turn(job)
            else:
                return

    def _pause(self, job: Job) -> None:
        """Give the slot back and wait for a wish. One step is too short to queue for."""
        self._leave(job)
        job.state = State.PAUSED
        while job.wanted is Command.PAUSE and not job.credits and not job.rewinding:
            self._changed.wait()
        if job.credits:
            job.clock.start()

    def _await_turn(self, job: Job) -> None:
        """Wait for a slot, in order of arrival, unless the visitor wants a pause or a stop."""
        with self._changed:
            if job not in self._computing and job not in self._queue:
                self._queue.append(job)
            if job not in self._computing:
                job.state = State.QUEUED
            while job.wanted is Command.RESUME and not job.rewinding and job not in self._computing:
                if job in self._queue[: max(0, self._slots - len(self._computing))]:
                    self._computing.append(job)
                else:
                    self._changed.wait()
            if job in self._queue:
                self._queue.remove(job)
                self._changed.notify_all()
            if job.wanted is Command.STOP:
                raise _EndedError
            if job in self._computing:
                job.state = State.RUNNING
                job.clock.start()

    def _leave(self, job: Job) -> None:
        job.clock.stop()
        if job in self._computing:
            self._computing.remove(job)
        self._changed.notify_all()

    def _end(self, job: Job, state: State, message: str = "") -> None:
        with self._changed:
            self._leave(job)
            alive, snapshots = job.id in self._jobs, list(job.snapshots)
            job.message, job.thread = message, None
        if alive and state is not State.FAILED and self._on_end and job.step:
            self._on_end(job.owner, job.spec, snapshots)
        with self._changed:
            job.state = state
            if job.rewinding and not self._closed:
                self._launch(job)
            self._changed.notify_all()

    def _status(self, job: Job) -> Status:
        position = self._queue.index(job) + 1 if job in self._queue else 0
        return job.status(position)


def _sentence(error: Exception, recorder: Recorder | None) -> str:
    """What the visitor is told: a refused spec and an expected error in their own words."""
    if recorder is None and isinstance(error, ValueError):
        return str(error)
    expected = recorder.sentence(error) if recorder else None
    return expected or _surprise(error)


def _surprise(error: Exception) -> str:
    _LOG.error("A run failed", exc_info=error)
    return f"The run failed: {type(error).__name__}."


def describe(status: Status, update: Update) -> dict[str, Any]:
    """One frame of the live channel as plain data."""
    return {
        "job": status.job,
        "state": status.state.value,
        "position": status.position,
        "step": status.step,
        "total": status.total_steps,
        "epoch": round(status.epoch, 4),
        "epochs": status.epochs,
        "elapsed": round(status.elapsed, 3),
        "remaining": None if status.remaining is None else round(status.remaining, 1),
        "throughput": round(status.throughput),
        "message": status.message,
        "device": status.device,
        "sequence": update.sequence,
        "reset": update.reset,
        "steps": update.steps,
        "scores": update.scores,
        "filters": update.filters,
    }

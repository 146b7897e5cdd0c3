"""The embedded executor: threads in the server.

A queue hands slots out in order of arrival, a paused job gives its slot back. Between two events
of a run the worker looks whether it shall pause, step, stop, change or start over, so every wish
is granted within one training step.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dlviz.core.specs import MAX_INTERVENTIONS, SpecError
from dlviz.runs.admission import replaced, require_room, sentence_of, series_of, surprise
from dlviz.runs.contract import MAX_PACE, Make, Recorder
from dlviz.runs.history import Update
from dlviz.runs.jobs import Command, DeviceError, FullError, Job, State, Status
from dlviz.runs.records import Record, record_of
from dlviz.runs.spec import Spec
from dlviz.runs.turns import EndedError, Turns

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.snapshots import Snapshot


class ThreadExecutor:
    """The contract with one thread per active job; ``slots`` of them compute at a time.

    ``make`` builds the Recorder in the worker's thread. ``on_end`` is told once per run, in that
    thread, when it is done or was stopped after at least one step; ``on_record`` as well when it
    has failed after one.
    """

    def __init__(
        self,
        make: Make,
        *,
        slots: int,
        max_jobs: int = 64,
        on_end: Callable[[str, Spec, list[Snapshot]], None] | None = None,
        on_record: Callable[[str, Record], None] | None = None,
    ) -> None:
        self._make = make
        self._max_jobs = max_jobs
        self._on_end = on_end
        self._on_record = on_record
        self._jobs: dict[str, Job] = {}
        self._changed = threading.Condition()
        self._turns = Turns(slots, self._changed)
        self._closed = False

    # -- the contract ---------------------------------------------------------------------------

    def submit(
        self,
        owner: str,
        specs: Spec | Sequence[Spec],
        *,
        device: str = "auto",
        paused: bool = False,
        steps: int = 0,
    ) -> str:
        series = series_of(specs)
        with self._changed:
            old = replaced(self._jobs.values(), owner, series[0], paused)
            self._require_room()
            for job in old:
                del self._jobs[job.id]
            wanted = Command.PAUSE if paused else Command.RESUME
            job = Job(secrets.token_hex(8), owner, series, device, wanted=wanted)
            self._jobs[job.id] = job
            self._launch(job)
            if paused:
                job.go_back_to(steps)
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
            if found.wanted is Command.STOP and command is not Command.REWIND:
                return
            if found.state.final:
                self._require_room()
            found.wish(command)
            if found.state.final:
                self._launch(found)
            self._changed.notify_all()

    def change(self, job: str, name: str, value: float) -> None:
        with self._changed:
            found = self._jobs[job]
            if self._closed or found.state.final:
                return
            found.spec.change(found.step, name, value)
            if len(found.interventions) + len(found.changes) >= MAX_INTERVENTIONS:
                raise SpecError(f"A run has at most {MAX_INTERVENTIONS} interventions.")
            found.changes.append((name, value))
            self._changed.notify_all()

    def pace(self, job: str, epochs_per_second: float) -> None:
        if not 0.0 <= epochs_per_second <= MAX_PACE:
            raise SpecError(f"A pace is from 0 to {MAX_PACE:g} epochs a second.")
        with self._changed:
            found = self._jobs[job]
            found.keep_pace(epochs_per_second)
            self._changed.notify_all()

    def snapshots(self, job: str) -> list[Snapshot]:
        with self._changed:
            return list(self._jobs[job].snapshots)

    def outcome(self, job: str) -> Mapping[str, Tensor] | None:
        with self._changed:
            return self._jobs[job].outcome

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

    def _require_room(self) -> None:
        if self._closed:
            raise FullError("The server is about to stop.", 60.0)
        require_room(self._jobs.values(), self._max_jobs)

    def _status(self, job: Job) -> Status:
        return job.status(self._turns.position(job), self._turns.words(job))

    # -- the worker -----------------------------------------------------------------------------

    def _launch(self, job: Job) -> None:
        self._begin(job)
        job.thread = threading.Thread(
            target=self._work, args=(job,), name=f"run-{job.id}", daemon=True
        )
        job.thread.start()

    def _begin(self, job: Job) -> None:
        """The current run stands at its start, at the end of the line."""
        job.reset()
        job.rewinding = False
        self._turns.begin(job)

    def _work(self, job: Job) -> None:
        """All runs of the job."""
        while True:
            state, message = self._run(job)
            with self._changed:
                self._turns.leave(job)
                job.message = message or job.message
            state = self._put_away(job, state)
            with self._changed:
                if job.rewinding and not self._closed:
                    self._begin(job)
                elif job.run < len(job.specs) and not self._ends(job, state):
                    if state is State.FAILED:
                        job.failures.append(f"Run {job.run} of {len(job.specs)}: {job.message}")
                    job.run += 1
                    job.changes.clear()
                    self._begin(job)
                else:
                    job.state, job.thread = state, None
                    self._changed.notify_all()
                    return
                self._changed.notify_all()

    def _ends(self, job: Job, state: State) -> bool:
        """Whether the rest of a series shall not begin."""
        return state is State.STOPPED or job.wanted is Command.STOP or self._closed

    def _run(self, job: Job) -> tuple[State, str]:
        """One run from its start to its end, starting over as often as is wanted."""
        recorder: Recorder | None = None
        try:
            while True:
                with self._changed:
                    self._turns.take(job)
                recorder = None  # frees its memory before the next is made
                recorder = self._recorder(job)
                try:
                    if self._drive(job, recorder):
                        return State.DONE, ""
                except DeviceError as error:
                    self._fall_back(job, error)
                    recorder = None  # a stop must not ask what is lost for its weights
                    continue
                with self._changed:  # rewound: the same spec gives the same initial weights
                    credits = job.credits
                    job.reset()
                    job.credits, job.rewinding = credits, False
                    self._turns.leave(job)
        except EndedError:
            try:
                if recorder and job.step:
                    entry = recorder.finish()
                    with self._changed:
                        entry(job)
            except Exception as error:
                return State.FAILED, surprise(error)
            return State.STOPPED, ""
        except Exception as error:
            return State.FAILED, sentence_of(error, recorder)

    def _recorder(self, job: Job) -> Recorder:
        """A new one on the wanted device, or on the CPU if that is not there or full."""
        recorder: Recorder | None = None
        while recorder is None:
            try:
                recorder = self._make(job.spec_done, job.owner, job.wanted_device)
            except DeviceError as error:
                self._fall_back(job, error)
        with self._changed:
            if job.step or job.snapshots:  # what was lost is shown until something takes its place
                job.begin_again()
            job.began = time.time()
            job.total_steps, job.device = recorder.total_steps, recorder.device
        return recorder

    def _fall_back(self, job: Job, error: DeviceError) -> None:
        if job.wanted_device == "cpu":
            raise error
        with self._changed:
            job.wanted_device = "cpu"
            job.notes.append(str(error))
            for name, value in job.changes:
                job.changed(job.spec.change(job.step, name, value))
            job.changes.clear()

    def _drive(self, job: Job, recorder: Recorder) -> bool:
        """Run to the end (True) or until rewound (False)."""
        for entry in recorder:
            with self._changed:
                stepped = entry(job)
                if stepped and not job.rewinding:
                    job.stepped()
                self._grant(job, recorder)
                if job.rewinding:
                    return False
        return True

    def _grant(self, job: Job, recorder: Recorder) -> None:
        """Do what the visitor wants between two events; return when the run may go on."""
        while not job.rewinding:
            for name, value in job.changes:
                recorder.change(name, value)
                job.changed(job.spec.change(job.step, name, value))
            job.changes.clear()
            if job.wanted is Command.STOP:
                raise EndedError
            if job.rests:
                recorder.rest(job)
                self._turns.rest(job)
            elif early := job.early:  # asked first: who is early needs no slot
                self._turns.let_others(job, early)
            elif job.goes and not self._turns.computes(job):
                self._turns.take(job)
            else:
                job.clock.start()  # also one that a start over made new
                return

    def _put_away(self, job: Job, state: State) -> State:
        """Tell who keeps results; a run whose result cannot be kept has failed."""
        with self._changed:
            alive, snapshots = job.id in self._jobs, list(job.snapshots)
            spec, record = job.spec_done, record_of(job, state)
        if not alive or not job.step:
            return state
        try:
            if state is not State.FAILED and self._on_end:
                self._on_end(job.owner, spec, snapshots)
            if self._on_record:
                self._on_record(job.owner, record)
        except Exception as error:
            with self._changed:
                job.message = surprise(error)
            return State.FAILED
        return state

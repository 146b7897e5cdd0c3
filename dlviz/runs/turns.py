"""When a job computes: it waits for its slot, lets others compute in between, and rests."""

from __future__ import annotations

import threading
import time

from dlviz.runs.jobs import TURN_SECONDS, Command, Job, State
from dlviz.runs.queue import Queue

OWN_FIRST = "This run waits for your run on another page: it goes on when you pause or stop that."


class EndedError(Exception):
    """The run shall not go on."""


class Turns:
    """Where workers wait. ``changed`` is the executor's lock, and tells of every wish.

    All methods are called with the lock held.
    """

    def __init__(self, slots: int, changed: threading.Condition) -> None:
        self._queue = Queue(slots)
        self._changed = changed

    def begin(self, job: Job) -> None:
        """The job stands at the start of a run, at the end of the line."""
        job.state = State.QUEUED
        self._queue.join(job)

    def position(self, job: Job) -> int:
        """The job's place in the queue, 1 is next; 0 for who does not wait there."""
        return self._queue.position(job) if job.state is State.QUEUED else 0

    def words(self, job: Job) -> str:
        """What a waiting job waits for, else ""."""
        if place := self.position(job):
            return f"All places are taken: you are number {place} in the queue."
        own = job.state is State.QUEUED and self._queue.waits_for_own(job)
        return OWN_FIRST if own else ""

    def computes(self, job: Job) -> bool:
        """Whether the job has a slot."""
        return self._queue.computes(job)

    def take(self, job: Job) -> None:
        """Wait for a slot, in order of arrival, as long as the visitor wants the job to go on.

        A paced run that has let others compute says only after a while that it waits.
        """
        self._queue.join(job)
        until = time.monotonic() + TURN_SECONDS * (job.state is State.RUNNING)
        while job.goes and not job.rewinding:
            if self._queue.take_slot(job):
                break
            if (left := until - time.monotonic()) <= 0:
                job.clock.stop()
                job.state, left = State.QUEUED, None
            self._changed.wait(left)
        if self._queue.quit_line(job):
            self._changed.notify_all()
        if job.wanted is Command.STOP:
            raise EndedError
        if self._queue.computes(job):
            job.state = State.RUNNING
            job.clock.start()

    def let_others(self, job: Job, seconds: float) -> None:
        """Wait until the next step is due: who waits for a slot may have this one meanwhile.

        It wakes nobody without need: others who keep a pace wait here, too.
        """
        job.state = State.RUNNING
        job.clock.start()
        if self._queue.give_back(job):
            self._changed.notify_all()
        self._changed.wait(seconds)

    def rest(self, job: Job) -> None:
        """Give the slot back and wait for a wish. One step is too short to queue for."""
        self.leave(job)
        job.state = State.PAUSED
        while job.rests and not (job.changes or job.rewinding):
            self._changed.wait()

    def leave(self, job: Job) -> None:
        """Compute no longer, for whatever reason."""
        job.clock.stop()
        self._queue.give_back(job)
        self._changed.notify_all()

"""Slots, handed out in order of arrival, one an owner. A slot is the right to compute."""

from __future__ import annotations

from dlviz.runs.jobs import Job


class Queue:
    """Who computes and who waits; guarded by the executor's lock."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._waiting: list[Job] = []
        self._computing: list[Job] = []

    def join(self, job: Job) -> None:
        """Stand at the end of the line, unless the job waits or computes already."""
        if job not in self._waiting and job not in self._computing:
            self._waiting.append(job)

    def take_slot(self, job: Job) -> bool:
        """Compute, if a slot is free for this place in the line; whether the job computes."""
        free = max(0, self._slots - len(self._computing))
        if job in self._line[:free]:
            self._waiting.remove(job)
            self._computing.append(job)
        return job in self._computing

    def quit_line(self, job: Job) -> bool:
        """Wait no longer, and whether the job did; who computes goes on."""
        waited = job in self._waiting
        if waited:
            self._waiting.remove(job)
        return waited

    def give_back(self, job: Job) -> bool:
        """Compute no longer; whether a slot became free that anybody waits for."""
        computed = job in self._computing
        if computed:
            self._computing.remove(job)
        return computed and bool(self._waiting)

    def computes(self, job: Job) -> bool:
        """Whether the job has a slot."""
        return job in self._computing

    def position(self, job: Job) -> int:
        """The place in the line, 1 is next; 0 for who does not wait, or only for an own run."""
        return self._line.index(job) + 1 if job in self._line else 0

    def waits_for_own(self, job: Job) -> bool:
        """Whether another job of the owner has to go first, and no free slot would help."""
        return job in self._waiting and job not in self._line

    @property
    def _line(self) -> list[Job]:
        """Who may have the next free slots: of each owner without one the first."""
        owners = {each.owner for each in self._computing}
        line = []
        for job in self._waiting:
            if job.owner not in owners:
                owners.add(job.owner)
                line.append(job)
        return line

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
        owners = {each.owner for each in self._computing}
        if job in [each for each in self._waiting if each.owner not in owners][:free]:
            self._waiting.remove(job)
            self._computing.append(job)
        return job in self._computing

    def quit_line(self, job: Job) -> None:
        """Wait no longer; who computes goes on."""
        if job in self._waiting:
            self._waiting.remove(job)

    def give_back(self, job: Job) -> bool:
        """Compute no longer; whether anybody waits for that."""
        if job in self._computing:
            self._computing.remove(job)
        return bool(self._waiting)

    def computes(self, job: Job) -> bool:
        """Whether the job has a slot."""
        return job in self._computing

    def position(self, job: Job) -> int:
        """The place in the line, 1 is next; 0 for who does not wait."""
        return self._waiting.index(job) + 1 if job in self._waiting else 0

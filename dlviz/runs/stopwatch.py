"""How long a job has run, and how fast it goes now."""

from __future__ import annotations

import time
from collections import deque
from typing import NamedTuple

SPEED_SECONDS = 5.0  # of running: a speed is the mean over so many
MARKS = 20  # within them


class Mark(NamedTuple):
    """What was done after so many seconds."""

    seconds: float
    steps: int
    images: int


class Stopwatch:
    """Time spent running, and how fast it goes: the mean over the last seconds of running."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self._since: float | None = None
        self._done = Mark(0.0, 0, 0)
        # The first is at the end of the first step, which prepares much; then from here on.
        self._marks: deque[Mark] = deque()

    def start(self) -> None:
        """The job runs (again, or as before)."""
        if self._since is None:
            self._since = time.monotonic()

    def stop(self) -> None:
        """The job pauses or ends."""
        self.elapsed, self._since = self.now(), None

    def now(self) -> float:
        """Seconds of running so far."""
        running = 0.0 if self._since is None else time.monotonic() - self._since
        return self.elapsed + running

    def count(self, images: int) -> None:
        """One more step: ``images`` more were learnt from."""
        now, marks = self.now(), self._marks
        self._done = Mark(now, self._done.steps + 1, self._done.images + images)
        if not marks or now - marks[-1].seconds >= SPEED_SECONDS / MARKS:
            marks.append(self._done)
        while len(marks) > 1 and now - marks[1].seconds >= SPEED_SECONDS:
            marks.popleft()

    def forget_speed(self) -> None:
        """What it was says nothing of what comes now."""
        self._marks.clear()

    @property
    def throughput(self) -> float:
        """Images per second; 0 before the second step."""
        return self._per_second("images")

    @property
    def steps_per_second(self) -> float:
        """Training steps per second; 0 before the second one."""
        return self._per_second("steps")

    def _per_second(self, what: str) -> float:
        if not self._marks or self._done.steps == self._marks[0].steps:
            return 0.0
        since, done = self._marks[0], self._done
        more: int = getattr(done, what) - getattr(since, what)
        return more / max(done.seconds - since.seconds, 1e-6)

"""The executor contract: what any place that trains must offer. Plain data, imports no torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from dlviz.runs.history import Update
from dlviz.runs.jobs import Command, Job, Status
from dlviz.runs.spec import Spec

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.snapshots import Snapshot

MAX_RUNS = 20
MAX_PACE = 1000.0


class Recorder(Protocol):
    """Turns a run's events into what a Job remembers; ``runs.training`` has one.

    Making or iterating one raises ``DeviceError`` if its device is not there, lost or full: then
    another is made for the CPU.
    """

    total_steps: int
    device: str

    def __iter__(self) -> Iterator[Callable[[Job], bool]]:
        """Entries that write into the job; each says whether it completed a training step."""

    def change(self, name: str, value: float) -> None:
        """From the next step on ``name`` is ``value``."""

    def rest(self, job: Job) -> None:
        """The run pauses: what it shows of itself is to be no older than that.

        Called under the executor's lock, and again after each change while it is paused.
        """

    def finish(self) -> Callable[[Job], bool]:
        """An entry that keeps the weights of a run that was stopped early.

        Asked for without the lock, for it may take its time to fetch them.
        """

    def sentence(self, error: Exception) -> str | None:
        """An expected error in one sentence, None if it is a surprise."""


Make = Callable[[Spec, str, str], Recorder]
"""(spec, owner, device) → Recorder. ``device`` is "auto" or a key of ``runs.devices.devices()``."""


class Executor(Protocol):
    """The contract. Unknown jobs raise ``KeyError``."""

    def submit(
        self,
        owner: str,
        specs: Spec | Sequence[Spec],
        *,
        device: str = "auto",
        paused: bool = False,
        steps: int = 0,
    ) -> str:
        """Queue a run, or a series of runs one after the other, for its owner.

        Between two runs of a series the others in the queue have their turn. A ``paused`` one
        takes ``steps`` steps and waits there for a wish; it queues for more than one of them, and
        until then it is running. An owner has one job of each kind of spec and one slot in all.
        Returns the job's id or raises ``FullError``, or ``SpecError`` for a series of no or over
        ``MAX_RUNS`` runs.
        """

    def status(self, job: str) -> Status:
        """State, queue position, progress of the current run, and in words what it waits for."""

    def poll(self, job: str, after: int) -> tuple[Status, Update]:
        """Status and what is new after a sequence number."""

    def control(self, job: str, command: Command) -> None:
        """Pause, resume, take one step, rewind the current run or stop the whole series.

        Rewinding a final job starts it again: ``FullError`` if too many are waiting.
        """

    def change(self, job: str, name: str, value: float) -> None:
        """From the next step of the current run on ``name`` is ``value``; ``SpecError`` if not."""

    def pace(self, job: str, epochs_per_second: float) -> None:
        """Go no faster than this, 0 for as fast as it goes; no number of the run depends on it."""

    def snapshots(self, job: str) -> list[Snapshot]:
        """The weights kept so far of the current run."""

    def outcome(self, job: str) -> Mapping[str, Tensor] | None:
        """What the current run has learnt, if it is a taught one that has ended."""

    def owner(self, job: str) -> str:
        """Whose job it is."""

    def release(self, owner: str) -> None:
        """End and forget all jobs of an owner."""

    def close(self) -> None:
        """End everything."""

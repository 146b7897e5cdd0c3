"""What a visitor's ended runs leave behind: their curves, to be laid over one another."""

from __future__ import annotations

import csv
import io
import secrets
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dlviz.runs.history import ScorePoint, StepPoint
from dlviz.runs.jobs import State
from dlviz.runs.naming import name_of_run
from dlviz.runs.spec import Spec

if TYPE_CHECKING:
    from dlviz.runs.jobs import Job

MAX_RECORDS = 20
CSV_COLUMNS = (
    *("step", "training_loss", "training_accuracy", "learning_rate"),
    *("held_out_loss", "held_out_accuracy"),
)


@dataclass(frozen=True)
class Record:
    """A run that has ended. ``steps`` and ``scores`` are as in ``runs.history.Update``.

    ``spec`` has the changes that were made by hand among its interventions; ``findings`` are the
    babysitter's last; ``began`` is in seconds since 1970; ``total_steps`` are those that its
    epochs would have taken, 0 where nobody knows. ``health`` and ``confusion`` are the last ones,
    packed for a viewer.
    """

    key: str
    title: str
    spec: Spec
    device: str
    state: State
    steps: tuple[StepPoint, ...]
    scores: tuple[ScorePoint, ...]
    findings: tuple[dict[str, str], ...]
    message: str
    began: float
    total_steps: int = 0
    health: dict[str, Any] | None = None
    confusion: tuple[tuple[int, ...], ...] = ()


def record_of(job: Job, state: State) -> Record:
    """The current run of a job (under the executor's lock), about to end in ``state``."""
    number = f"run {job.run} of {len(job.specs)}, " if len(job.specs) > 1 else ""
    return Record(
        key=secrets.token_hex(4),
        title=f"{number}seed {job.spec.train.seed}",
        spec=job.spec_done,
        device=job.device,
        state=state,
        steps=job.history.steps,
        scores=job.history.scores,
        findings=job.history.findings,
        message=" ".join((*job.notes, job.message)).strip(),
        began=job.began,
        total_steps=job.total_steps,
        health=job.history.shown("health"),
        confusion=tuple(map(tuple, (job.history.shown("verdict") or {}).get("confusion", ()))),
    )


class Records:
    """The last ``MAX_RECORDS`` of a visitor, oldest first; numbered as they come."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._made = 0
        self._promised: dict[Spec, int] = {}
        self._lock = threading.Lock()

    def number(self, spec: Spec) -> int:
        """The number under which this run, which has just ended, will be kept: its model's, too."""
        with self._lock:
            self._promised[spec] = self._promised.get(spec) or self._next()
            return self._promised[spec]

    def add(self, record: Record) -> Record:
        """Keep it under a numbered title; the oldest makes room."""
        with self._lock:
            number = self._promised.pop(record.spec, 0) or self._next()
            title = f"{number}: {name_of_run(record.spec)}, {record.title}"
            kept = replace(record, title=title)
            self._records[kept.key] = kept
            while len(self._records) > MAX_RECORDS:
                del self._records[next(iter(self._records))]
            return kept

    def entries(self) -> list[Record]:
        """Oldest first."""
        with self._lock:
            return list(self._records.values())

    def get(self, key: str) -> Record | None:
        """The record, or None if it is no longer there."""
        with self._lock:
            return self._records.get(key)

    def remove(self, key: str) -> None:
        """Forget one."""
        with self._lock:
            self._records.pop(key, None)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._records.clear()

    def _next(self) -> int:
        self._made += 1
        return self._made


def record_csv(record: Record) -> str:
    """The curves as a table, one row a step, empty where nothing was measured.

    A long run's neighbours were merged into their mean (``runs.history.MAX_POINTS``).
    """
    rows: dict[int, dict[str, float]] = {}
    for step, loss, accuracy, rate in record.steps:
        values = {"training_loss": loss, "training_accuracy": accuracy, "learning_rate": rate}
        rows.setdefault(step, {"step": step}).update(values)
    for step, loss, accuracy in record.scores:
        found = {"held_out_loss": loss, "held_out_accuracy": accuracy}
        rows.setdefault(step, {"step": step}).update(found)
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows[step] for step in sorted(rows))
    return text.getvalue()

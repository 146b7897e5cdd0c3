"""The one process-wide server state: executor, visitors, channel tokens. Imports no torch."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from dlviz.core.points.specs import PointsSpec
from dlviz.core.specs import RunSpec
from dlviz.core.taught import TaughtSpec
from dlviz.runs.contract import Recorder
from dlviz.runs.executor import ThreadExecutor
from dlviz.runs.memory import Memory, limit_here
from dlviz.runs.points import PointsRecorder
from dlviz.runs.records import Record
from dlviz.runs.spec import Spec
from dlviz.runs.visitors import LEASE_SECONDS, Visitors

if TYPE_CHECKING:
    from dlviz.core.snapshots import Snapshot


@dataclass(frozen=True)
class Server:
    """What all sessions share. ``memory`` counts what trains outside of the executor, too."""

    executor: ThreadExecutor
    visitors: Visitors
    memory: Memory = field(default_factory=lambda: Memory(limit_here()))
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def token(self, visitor: str, job: str) -> str:
        """Lets exactly this visitor watch exactly this job."""
        return hmac.new(self._secret, f"{visitor}/{job}".encode(), hashlib.sha256).hexdigest()

    def may_watch(self, visitor: str, job: str, token: str) -> bool:
        """Whether the token was minted for this visitor and job, and the job is theirs."""
        try:
            owner = self.executor.owner(job)
        except KeyError:
            return False
        # As bytes: of texts only ASCII can be compared, and a stranger may send anything.
        right = self.token(visitor, job).encode()
        return owner == visitor and hmac.compare_digest(right, token.encode("utf-8", "replace"))

    def close(self) -> None:
        """End all work: the process is about to stop."""
        self.visitors.close()
        self.executor.close()


_lock = threading.Lock()


def slots() -> int:
    """How many may compute at a time: ``DLVIZ_SLOTS``, else one per core."""
    return int(os.environ.get("DLVIZ_SLOTS", os.cpu_count() or 1))


def server() -> Server:
    """The server state of this process, made on first use."""
    with _lock:
        return _server()


@cache
def _server() -> Server:
    def make(spec: Spec, owner: str, device: str) -> Recorder:
        if isinstance(spec, PointsSpec):
            return PointsRecorder(spec)
        visitor = visitors.find(owner)
        own = visitor.pictures if visitor else None
        if isinstance(spec, TaughtSpec):
            from dlviz.runs.taught import TaughtRecorder

            return TaughtRecorder(spec, own)
        from dlviz.runs.training import TrainingRecorder

        assert isinstance(spec, RunSpec)
        return TrainingRecorder(spec, device, own, memory=memory)

    def keep(owner: str, spec: Spec, snapshots: Sequence[Snapshot]) -> None:
        visitor = visitors.find(owner)
        if visitor is None or not isinstance(spec, RunSpec):
            return
        if not snapshots[-1].is_finite:  # one that was stopped too late; the page says so
            return
        number = visitor.records.number(spec)
        if visitor.job and is_series(visitor.job):
            visitor.shelf.add_best(visitor.job, spec, snapshots, number=number)
        else:
            visitor.shelf.add(spec, snapshots, number=number)

    def is_series(job: str) -> bool:
        try:
            return executor.status(job).runs > 1
        except KeyError:
            return False

    def remember(owner: str, record: Record) -> None:
        visitor = visitors.find(owner)
        if visitor and isinstance(record.spec, PointsSpec):
            visitor.points_records.add(record)
        elif visitor and isinstance(record.spec, RunSpec):
            visitor.records.add(record)

    memory = Memory(limit_here())
    lease = float(os.environ.get("DLVIZ_LEASE_SECONDS", LEASE_SECONDS))
    executor = ThreadExecutor(make, slots=slots(), on_end=keep, on_record=remember)
    visitors = Visitors(on_gone=executor.release, lease_seconds=lease)
    return Server(executor, visitors, memory)

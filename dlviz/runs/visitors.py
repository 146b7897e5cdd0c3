"""Who is here: a visitor's shelf and job, their open connections, and the lease after the last."""

from __future__ import annotations

import logging
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from dlviz.runs.notebook import Notebook
from dlviz.runs.own_data import OwnPictures
from dlviz.runs.records import Records
from dlviz.runs.shelf import Shelf

LEASE_SECONDS = 60.0
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_LOG = logging.getLogger(__name__)


def new_visitor_id() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(16)


def is_visitor_id(text: str | None) -> bool:
    """Whether a stranger's cookie has the form of an id of ours."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


@dataclass
class Visitor:
    """What belongs to one visitor; tabs share it, a reload finds it again."""

    id: str
    shelf: Shelf = field(default_factory=Shelf)
    pictures: OwnPictures = field(default_factory=OwnPictures)
    records: Records = field(default_factory=Records)
    points_records: Records = field(default_factory=Records)
    notebook: Notebook = field(default_factory=Notebook)
    job: str | None = None
    points_job: str | None = None
    taught_job: str | None = None
    connections: int = 0


class Visitors:
    """All visitors of this process.

    When the last connection of one is gone a lease starts; when it has run out ``on_gone`` is
    told and everything of theirs is forgotten.
    """

    def __init__(
        self, on_gone: Callable[[str], None], lease_seconds: float = LEASE_SECONDS
    ) -> None:
        self._on_gone = on_gone
        self._lease_seconds = lease_seconds
        self._visitors: dict[str, Visitor] = {}
        self._leases: dict[str, threading.Timer] = {}
        self._lock = threading.RLock()

    def get(self, visitor_id: str) -> Visitor:
        """The visitor, made on first sight. One without a connection lives on a lease."""
        with self._lock:
            visitor = self._visitors.setdefault(visitor_id, Visitor(visitor_id))
            if not visitor.connections:
                self._start_lease(visitor_id)
            return visitor

    def find(self, visitor_id: str) -> Visitor | None:
        """The visitor if known; makes none."""
        with self._lock:
            return self._visitors.get(visitor_id)

    def connect(self, visitor_id: str) -> None:
        """One more connection is open."""
        with self._lock:
            self._end_lease(visitor_id)
            self._visitors.setdefault(visitor_id, Visitor(visitor_id)).connections += 1

    def disconnect(self, visitor_id: str) -> None:
        """One connection fewer; after the last one the lease starts."""
        with self._lock:
            visitor = self._visitors.get(visitor_id)
            if visitor is None:
                return
            visitor.connections = max(0, visitor.connections - 1)
            if not visitor.connections:
                self._start_lease(visitor_id)

    def count(self) -> int:
        """How many visitors are known."""
        with self._lock:
            return len(self._visitors)

    def close(self) -> None:
        """End all leases without telling anybody: the server stops."""
        with self._lock:
            for visitor_id in list(self._leases):
                self._end_lease(visitor_id)

    def _start_lease(self, visitor_id: str) -> None:
        self._end_lease(visitor_id)
        timer = threading.Timer(self._lease_seconds, self._expire, args=(visitor_id,))
        timer.daemon = True
        self._leases[visitor_id] = timer
        timer.start()

    def _end_lease(self, visitor_id: str) -> None:
        timer = self._leases.pop(visitor_id, None)
        if timer:
            timer.cancel()

    def _expire(self, visitor_id: str) -> None:
        with self._lock:
            visitor = self._visitors.get(visitor_id)
            if visitor is None or visitor.connections:
                return
            del self._visitors[visitor_id]
            self._leases.pop(visitor_id, None)
        self._on_gone(visitor_id)
        _LOG.info("A visitor is gone; their runs and models are freed.")

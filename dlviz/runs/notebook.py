"""A visitor's predictions, locked before their runs. Imports no torch."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from dlviz.core.experiments import Outcome
from dlviz.core.predictions import Entry, Prediction

MAX_ENTRIES = 20


class Notebook:
    """At most ``MAX_ENTRIES``, oldest first. What is locked is not changed, only judged, once.

    ``clock`` gives seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._entries: dict[str, Entry] = {}
        self._lock = threading.Lock()
        self._clock = clock

    def lock(self, prediction: Prediction) -> Entry:
        """Write it down for good. Raises ValueError with one sentence if the book is full."""
        with self._lock:
            if len(self._entries) >= MAX_ENTRIES:
                raise ValueError(f"A notebook holds {MAX_ENTRIES} predictions: delete one first.")
            entry = Entry(secrets.token_hex(4), self._clock(), prediction)
            self._entries[entry.key] = entry
            return entry

    def settle(
        self, key: str, outcomes: Sequence[Sequence[Outcome]], *, recorded: bool = False
    ) -> None:
        """Hold it against these runs, if that has not been done."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.outcomes:
                return
            kept = tuple(map(tuple, outcomes))
            self._entries[key] = replace(entry, outcomes=kept, recorded=recorded)

    def remove(self, key: str) -> None:
        """Forget one."""
        with self._lock:
            self._entries.pop(key, None)

    def entries(self) -> list[Entry]:
        """Oldest first."""
        with self._lock:
            return list(self._entries.values())

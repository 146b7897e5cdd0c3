"""How much memory the runs of one server may hold together: a paused one keeps its own."""

from __future__ import annotations

import gc
import os
import threading
import weakref

from dlviz.core.memory import LIMIT
from dlviz.core.specs import SpecError

SHARE = 0.5  # of the machine's memory: the rest is for data, snapshots and everything else


class Memory:
    """At most ``limit`` bytes, by the estimates that runs are admitted with."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._lock = threading.RLock()  # a garbage collection may give back in the same thread

    @property
    def held(self) -> int:
        """Bytes that are counted now."""
        return self._held

    def hold(self, holder: object, need: int) -> None:
        """``need`` more bytes are counted as long as ``holder`` lives.

        Raises ``SpecError`` with one sentence if that would be too much.
        """
        with self._lock:
            if self._held + need > self._limit:
                gc.collect()  # of a run that has failed, the traceback may still hold the memory
            if self._held + need > self._limit:
                raise SpecError(
                    f"This run needs about {_gigabytes(need)} GB of memory, and all runs together, "
                    f"paused ones too, hold {_gigabytes(self._held)} of at most "
                    f"{_gigabytes(self._limit)} GB: try again when another has ended, or make the "
                    "network or the batch smaller."
                )
            self._held += need
            weakref.finalize(holder, self._give_back, need)

    def _give_back(self, need: int) -> None:
        with self._lock:
            self._held -= need


def limit_here() -> int:
    """Bytes: ``DLVIZ_RUNS_GB``, else half of the machine's memory, but room for any one run."""
    asked = os.environ.get("DLVIZ_RUNS_GB")
    if asked:
        return int(float(asked) * 2**30)
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows does not tell
        whole = 0
    return max(LIMIT, int(SHARE * whole))


def _gigabytes(count: int) -> str:
    return f"{count / 2**30:.1f}"

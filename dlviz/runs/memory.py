"""How much memory the runs of one server may hold together: a paused one keeps its own."""

from __future__ import annotations

import gc
import logging
import os
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

from dlviz.core.memory import LIMIT
from dlviz.core.specs import SpecError

SHARE = 0.5  # of the machine's memory: the rest is for data, snapshots and everything else
# Where Linux tells how much memory a container may use, newer and older kernels.
CONTAINER = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)

_LOG = logging.getLogger(__name__)


class Held:
    """Bytes that are counted until their holder is gone."""

    def __init__(self, holder: object, give_back: Callable[[int], None], need: int) -> None:
        self._give_back, self._need = give_back, need
        self._end = weakref.finalize(holder, give_back, need)

    def pass_to(self, holder: object) -> None:
        """They are another's from now on: of who has the memory, not of who asked for it."""
        self._end.detach()
        self._end = weakref.finalize(holder, self._give_back, self._need)


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

    def hold(self, holder: object, need: int) -> Held:
        """``need`` more bytes are counted as long as ``holder`` lives, or who follows it.

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
            return Held(holder, self._give_back, need)

    def _give_back(self, need: int) -> None:
        with self._lock:
            self._held -= need


def limit_here() -> int:
    """Bytes: ``DLVIZ_RUNS_GB``, else half of the machine's or the container's memory.

    A machine has room for any one run; of a container the kernel ends whatever asks for more.
    """
    asked = os.environ.get("DLVIZ_RUNS_GB")
    size = _size(asked) if asked else None
    if size is not None:
        return size
    machine, containers = _machine(), [size for path in CONTAINER if (size := _told(path))]
    smallest = min([machine, *containers])
    usual = int(SHARE * smallest) if smallest < machine else max(LIMIT, int(SHARE * machine))
    if asked:
        _LOG.warning(
            "DLVIZ_RUNS_GB is “%s”, which is no number of GB above 0: the runs may hold %s GB.",
            asked,
            _gigabytes(usual),
        )
    return usual


def _size(gigabytes: str) -> int | None:
    """Bytes; None where the text is no number above 0."""
    try:
        size = int(float(gigabytes) * 2**30)
    except (ValueError, OverflowError):  # no number, or none that ends
        return None
    return size if size > 0 else None


def _machine() -> int:
    """Bytes of memory, 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return 0


def _told(path: Path) -> int:
    """The limit of bytes in a control group's file; 0 where there is none ("max")."""
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return 0


def _gigabytes(count: int) -> str:
    return f"{count / 2**30:.1f}"

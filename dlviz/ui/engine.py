"""PyTorch comes in the background: the first page is there before it is imported."""

from __future__ import annotations

import gc
import os
import threading
import time

import streamlit as st

from dlviz.ui.address import rerun
from dlviz.ui.heroes import hero

EXPECTED_SECONDS = 6.0
# The import holds the interpreter: what the page has painted so far must be on its way before.
DELAY_SECONDS = 0.5


class Engine:
    """The import of torch and of everything that needs it: at most once in a process."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.failure = ""
        self._lock = threading.Lock()
        self._began: float | None = None

    def start(self) -> None:
        """Import in a thread; later calls do nothing."""
        with self._lock:
            if self._began is not None:
                return
            self._began = time.monotonic()
        timer = threading.Timer(DELAY_SECONDS, self._load)
        timer.daemon = True
        timer.start()

    @property
    def share(self) -> float:
        """About how much is done, from 0 to below 1."""
        waited = 0.0 if self._began is None else time.monotonic() - self._began
        return min(0.97, waited / EXPECTED_SECONDS)

    def _load(self) -> None:
        try:
            _import_everything()
        except Exception as error:  # told on the page: a thread has nobody to tell
            self.failure = f"PyTorch could not be loaded: {error}"
            return
        # Exactly once, with the heavy imports done and before any run: what is frozen is never
        # looked at again, so a full collection no longer walks through everything torch made.
        gc.collect()
        gc.freeze()
        self.ready.set()


def _import_everything() -> None:
    import torch

    torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
    import torchvision  # noqa: F401

    import dlviz.core.attacks
    import dlviz.core.deconvnet
    import dlviz.io.models
    import dlviz.runs.training  # noqa: F401


ENGINE = Engine()


def need_torch(lab: str) -> None:
    """Go on if torch is there; else show the lab's shipped picture until it is, then rerun."""
    if not has_torch("PyTorch is loading; meanwhile, this is what the lab shows:"):
        hero(lab)
        st.stop()


def has_torch(words: str) -> bool:
    """Whether torch is there; if not, ``words`` beside the progress, and a rerun once it is."""
    if ENGINE.ready.is_set():
        return True
    _waiting(words)
    ENGINE.start()
    return False


@st.fragment(run_every=0.4)
def _waiting(words: str) -> None:
    if ENGINE.ready.is_set():
        rerun()
    if ENGINE.failure:
        st.error(ENGINE.failure)
        return
    st.progress(ENGINE.share, words)

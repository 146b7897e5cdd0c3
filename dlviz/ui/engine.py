"""PyTorch comes in the background: the first page is there before it is imported."""

from __future__ import annotations

import gc
import os
import threading
import time

import streamlit as st

from dlviz.ui.heroes import hero

_ready = threading.Event()
_started = threading.Lock()
_failure: list[str] = []
_began = 0.0
EXPECTED_SECONDS = 6.0


def _load() -> None:
    try:
        import torch

        torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
        import torchvision  # noqa: F401

        import dlviz.core.attacks
        import dlviz.core.deconvnet
        import dlviz.io.models
        import dlviz.runs.training  # noqa: F401
    except Exception as error:  # told on the page: a thread has nobody to tell
        _failure.append(f"PyTorch could not be loaded: {error}")
        return
    # Exactly once, with the heavy imports done and before any run: what is frozen is never
    # looked at again, so a full collection no longer walks through everything that torch made.
    gc.collect()
    gc.freeze()
    _ready.set()


def start_loading() -> None:
    """Import torch in a thread; later calls do nothing."""
    global _began  # noqa: PLW0603
    if _ready.is_set() or not _started.acquire(blocking=False):
        return
    _began = time.monotonic()
    threading.Thread(target=_load, name="import-torch", daemon=True).start()


def is_ready() -> bool:
    """Whether torch and everything that needs it is imported."""
    return _ready.is_set()


def need_torch(lab: str) -> None:
    """Go on if torch is there; else show the lab's shipped picture until it is, then rerun."""
    if _ready.is_set():
        return
    start_loading()
    if _ready.wait(timeout=0.2):
        return
    _waiting()
    hero(lab)
    st.stop()


@st.fragment(run_every=0.4)
def _waiting() -> None:
    if _ready.is_set():
        st.rerun()
    if _failure:
        st.error(_failure[0])
        return
    share = min(0.97, (time.monotonic() - _began) / EXPECTED_SECONDS)
    st.progress(share, "PyTorch is loading; meanwhile, this is what the lab shows:")

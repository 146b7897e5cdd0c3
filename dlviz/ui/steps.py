"""Work that takes seconds: done step by step, with progress, an estimate and a Stop button.

The steps belong to a ``Task``, not to a page's run: a click in between restarts the page's script,
and the task goes on where it was. A task that several visitors wait for is pushed on by all of
them together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count
from threading import Lock
from typing import Generic, TypeVar

import streamlit as st

from dlviz.core.words import grouped
from dlviz.ui.address import rerun

T = TypeVar("T")

SLICE_SECONDS, PAUSE_SECONDS = 0.4, 0.1  # of work, and for clicks


class Task(Generic[T]):
    """Steps that each tell (how many are done, the result so far); for several threads."""

    def __init__(self, total: int, steps: Iterator[tuple[int, T]]) -> None:
        self.total = total
        self.done = 0
        self.finished = False
        self._steps: Iterator[tuple[int, T]] | None = steps
        self._result: T | None = None
        self._failure: ValueError | ArithmeticError | None = None
        self._seconds = 0.0
        self._lock = Lock()

    def advance(self) -> None:
        """Do the next step; nothing when it is finished.

        A step's ValueError or ArithmeticError is raised, now and at every later call.
        """
        with self._lock:
            if self._failure:
                raise self._failure
            if self._steps is None:
                return
            began = time.monotonic()
            try:
                self.done, self._result = next(self._steps)
            except StopIteration:
                self.finished = True
                self._steps = None  # frees what the steps hold: the model, the pictures
            except (ValueError, ArithmeticError) as error:
                self._failure = error
                raise
            self._seconds += time.monotonic() - began

    def rest(self) -> None:
        """Wait for a step that is being done.

        A click begins the page's script in another thread before the one that it ends has done its
        step: what is drawn must not be older by one than what is told below it.
        """
        with self._lock:
            pass

    @property
    def has_failed(self) -> bool:
        """Whether a step could not be done: it will not go on."""
        return self._failure is not None

    @property
    def has_begun(self) -> bool:
        """Whether there is a result, of a part at least."""
        return self._result is not None

    @property
    def result(self) -> T:
        """The result so far. Raises ValueError before the first step."""
        if self._result is None:
            raise ValueError("Nothing has been computed yet.")
        return self._result

    @property
    def seconds_left(self) -> float:
        """An estimate from the steps so far."""
        return self._seconds / max(1, self.done) * (self.total - self.done)


def run(task: Task[T], *, key: str, things: str) -> T:
    """The task's result, with progress while it is computed; a part of it if Stop is pressed.

    ``things`` says what is counted ("held-out pictures"). Stop holds for this visitor's session
    and this key until they press "Go on". In a fragment Streamlit hears no click before the end of
    the script: ``in_slices`` is for there.
    """
    place = st.empty()
    if _is_stopped(key) and not task.has_begun:
        task.advance()  # a stopped page shows something too
    if not task.finished and not _is_stopped(key):
        with place.container(horizontal=True, vertical_alignment="center"):
            bar = st.progress(0.0)  # before the first step, which may take seconds
            _button("Stop", key, stops=True)
        try:
            while not task.finished:
                bar.progress(*_progress(task, things))
                task.advance()
        except (ValueError, ArithmeticError):
            place.empty()  # the page tells it
            raise
        place.empty()
    if not task.finished:
        with place.container():
            _tell_stopped(task, key, things)
    return task.result


def resume(key: str) -> None:
    """Let what was stopped under this key go on. Call in a callback."""
    st.session_state.pop(f"stopped {key}", None)


def in_slices(task: Task[T], *, key: str, things: str, brief: float = SLICE_SECONDS) -> bool:
    """As ``run``, in a fragment: whether there is a result to be shown, whole or stopped at.

    Work that is over within ``brief`` seconds shows no progress. The rest is done slice by slice,
    with clicks heard in between; after the last one the page runs again.
    """
    stopped = _is_stopped(key)
    if not stopped or not task.has_begun:
        _advance(task, 0.0 if stopped else brief)
    if task.finished:
        return True
    if stopped:
        _tell_stopped(task, key, things)
        return True
    st.fragment(run_every=PAUSE_SECONDS)(_slice)(task, key, things, count())
    return False


def watched(task: Task[T], *, key: str, things: str, draw: Callable[[], None]) -> None:
    """As ``in_slices``; ``draw`` shows what there is so far, with every slice and at the end.

    It stands below the progress, or what is said instead, at one place of the page throughout: a
    component keeps its node.
    """
    if not (_is_stopped(key) or task.finished):
        _advance(task, 0.0)
    if not (_is_stopped(key) or task.finished):
        st.fragment(run_every=PAUSE_SECONDS)(_slice)(task, key, things, count(), draw)
        return
    with st.container():  # a fragment has one, too
        if task.finished:
            with st.container(key="watched", horizontal=True, vertical_alignment="center"):
                st.markdown(f"All **{grouped(task.total)}** {things} are done.")
        else:
            _tell_stopped(task, key, things)
        draw()


def _slice(
    task: Task[T],
    key: str,
    things: str,
    turns: Iterator[int],
    draw: Callable[[], None] | None = None,
) -> None:
    if task.finished or _is_stopped(key):
        rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(*_progress(task, things))
        _button("Stop", key, stops=True)
    if draw:
        draw()  # before the work: what is not drawn for half a second is shown faded
    if next(turns) == 0:
        return  # drawn with the page, which has more to draw
    try:
        _advance(task, SLICE_SECONDS)
    except (ValueError, ArithmeticError):
        rerun()  # the page tells it
    bar.progress(*_progress(task, things))


def _advance(task: Task[T], seconds: float) -> None:
    """At least a step, which tells a failure again; where all is done its end is no more work."""
    until = time.monotonic() + seconds
    task.advance()
    while not task.finished and (task.done >= task.total or time.monotonic() < until):
        task.advance()


def _is_stopped(key: str) -> bool:
    return bool(st.session_state.get(f"stopped {key}"))


def _button(label: str, key: str, *, stops: bool) -> None:
    def switch() -> None:
        st.session_state[f"stopped {key}"] = stops

    st.button(label, key=f"{label.lower()} {key}", on_click=switch)


def _tell_stopped(task: Task[T], key: str, things: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Stopped after **{_done(task)}** {things}.")
        _button("Go on", key, stops=False)


def _progress(task: Task[T], things: str) -> tuple[float, str]:
    left = f", about {task.seconds_left:.0f} s left" if task.seconds_left >= 1 else ""
    return task.done / task.total, f"{_done(task)} {things}{left}"


def _done(task: Task[T]) -> str:
    return f"{grouped(task.done)} of {grouped(task.total)}"

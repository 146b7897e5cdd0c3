"""Work that takes seconds: done step by step, with progress, an estimate and a Stop button.

The steps belong to a ``Task``, not to a page's run: a click in between restarts the page's script,
and the task goes on where it was. A task that several visitors wait for is pushed on by all of
them together.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Lock
from typing import Generic, TypeVar

import streamlit as st

from dlviz.core.words import grouped

T = TypeVar("T")


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
    and this key until they press "Go on".
    """
    stopped = f"stopped {key}"

    def switch(value: bool) -> None:
        st.session_state[stopped] = value

    place = st.empty()
    if not task.done:
        task.advance()  # a stopped page shows something too
    if not task.finished and not st.session_state.get(stopped):
        with place.container(horizontal=True, vertical_alignment="center"):
            bar = st.progress(0.0)
            st.button("Stop", key=f"stop {key}", on_click=switch, args=(True,))
        while not task.finished:
            left = f", about {task.seconds_left:.0f} s left" if task.seconds_left >= 1 else ""
            bar.progress(
                task.done / task.total,
                f"{_done(task)} {things}{left}",
            )
            task.advance()
        place.empty()
    if not task.finished:
        with place.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"Stopped after **{_done(task)}** {things}.")
            st.button("Go on", key=f"go on {key}", on_click=switch, args=(False,))
    return task.result


def _done(task: Task[T]) -> str:
    return f"{grouped(task.done)} of {grouped(task.total)}"

"""Find a learning rate: a hundred updates while the rate grows, and the loss drawn over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.specs import RunSpec
from dlviz.core.words import written
from dlviz.ui.data import data_of
from dlviz.ui.newest import Newest
from dlviz.ui.server import server, slots
from dlviz.ui.steps import Task, run

if TYPE_CHECKING:
    from dlviz.core.rate_finder import RatePoint

STEPS = 100
_ASKED = "rate asked for"
_TASKS = "rate finder"

_BROKE = (
    "This network could not be tried: the memory was not enough, or torch gave up. Make it or the "
    "batch smaller."
)

Points = tuple["RatePoint", ...]


class Crowd:
    """At most ``most`` may be in at once; who comes too many is told so."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._inside = 0
        self._lock = Lock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Held while a search computes. Raises ``ValueError``, one sentence, if all are taken."""
        with self._lock:
            if self._inside >= self._most:
                others = "Another is" if self._inside == 1 else f"{self._inside} others are"
                raise ValueError(f"{others} searching: try again in a moment.")
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1


_crowd = Crowd(slots())  # a search is no run of the executor: it has a limit of its own


def rate_finder_panel(spec: RunSpec, mistake: str) -> None:
    """A button, and after it the curve for these settings with the rate that it suggests.

    A changed setting puts the curve away: it was another network's. ``mistake`` says why the
    network cannot be trained.
    """
    asked = st.session_state.get(_ASKED)
    if asked != spec:
        if asked is not None:
            _put_away(asked)
        st.button(
            "Find a learning rate",
            icon=":material/search:",
            disabled=bool(mistake),
            help=mistake
            or f"Trains a copy for {STEPS} batches while the rate grows from 0.000001 to 10.",
            on_click=lambda: st.session_state.update({_ASKED: spec}),
        )
        return
    try:
        points = _found(spec)
    except ValueError as error:
        st.warning(str(error))
        st.button("Try again", on_click=lambda: st.session_state.pop(_TASKS, None))
        return
    _show(points)


def _task(spec: RunSpec) -> tuple[Task[Points], Newest[Task[Points]]]:
    """The search for this spec, and where it is kept."""
    tasks: Newest[Task[Points]] = st.session_state.setdefault(_TASKS, Newest(4))
    return tasks.get(spec.to_json(), lambda: Task(STEPS, _steps(spec))), tasks


def _put_away(spec: RunSpec) -> None:
    """A curve is kept; a search that was cut short is not, for it holds the memory of a run."""
    task, tasks = _task(spec)
    if not task.finished:
        tasks.drop(spec.to_json(), task)


def _found(spec: RunSpec) -> Points:
    task, _ = _task(spec)
    if task.finished:
        return task.result
    with _crowd.place():
        return run(task, key="rates", things="batches")


def _steps(spec: RunSpec) -> Iterator[tuple[int, Points]]:
    from dlviz.core.layers import plan
    from dlviz.core.memory import require_memory, training_bytes
    from dlviz.core.rate_finder import find_rate

    points: Points = ()
    data = data_of(spec.data)
    rows = plan(spec.net, data.shape, len(data.classes))
    require_memory(rows, spec.train.batch_size)
    search = find_rate(spec, data, steps=STEPS)
    server().memory.hold(search, training_bytes(rows, spec.train.batch_size))
    try:
        for point in search:
            points = (*points, point)
            yield len(points), points
    except (RuntimeError, MemoryError) as error:
        raise ValueError(_BROKE) from error


def _show(points: Points) -> None:
    from dlviz.core.rate_finder import FALLEN, suggest
    from dlviz.figures.rates import rate_chart

    rate = suggest(points)
    st.plotly_chart(rate_chart(points, rate), key="rate chart", config={"displayModeBar": False})
    with st.container(horizontal=True, vertical_alignment="center"):
        if rate is None:
            st.markdown(
                f"No rate stood out: the loss fell by less than {100 * FALLEN:.0f} %, or rose at "
                "once."
            )
            return
        usable = float(f"{rate:.2g}")
        st.button(f"Use {written(usable)}", type="primary", on_click=_use, args=(usable,))
        st.markdown(
            f"The loss falls fastest at about **{written(rate, 2)}**. Where the curve is flat on "
            "the left the steps are too small to matter; where it turns up they are too large."
        )


def _use(rate: float) -> None:
    st.session_state["rate"] = rate

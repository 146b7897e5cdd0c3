"""One learning step under the microscope: the next update of a run on points, or any before it."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any

import streamlit as st

from dlviz.core.events import DivergedError
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsSpec
from dlviz.core.points.walk import FARTHEST, trail_of
from dlviz.core.words import grouped
from dlviz.figures.microscope import microscope_data
from dlviz.runs.jobs import State, Status
from dlviz.ui.address import follow, write
from dlviz.ui.components.microscope import microscope
from dlviz.ui.controls import switch
from dlviz.ui.points_scene import recorded
from dlviz.ui.points_setup import DEFAULT
from dlviz.ui.server import server
from dlviz.ui.steps import Task, in_slices

STEP_SECONDS = 0.03
SHOWN, UPDATE = "microscope", "update"  # the address's parameters
_BEFORE = "update shown"


def microscope_panel(spec: PointsSpec, status: Status | None) -> None:
    """Take the next update of what the page shows apart, or another that is asked for.

    ``status``: the job of ``spec``, None before the first. The run is repeated up to there, which
    gives the same numbers to the last digit. A run that goes on is not followed: who reads an
    equation needs it to stay.
    """
    spec, step = _where(spec, _now(status))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not switch(":material/biotech: One learning step under the microscope", key=SHOWN):
            return
        asked = _update(spec, step)
    try:
        data = _reached(spec, asked - 1)
    except DivergedError as error:
        st.info(f"{error} Choose an update before that one.")
        return
    if data:
        microscope(data)


def _now(status: Status | None) -> Status | None:
    """A paused job as it is by now: the step that this rerun's button asked for is being made."""
    if status is None or status.state is not State.PAUSED:
        return status
    try:
        time.sleep(STEP_SECONDS)
        return server().executor.status(status.job)
    except KeyError:
        return status


def _where(spec: PointsSpec, status: Status | None) -> tuple[PointsSpec, int]:
    """The spec with what was changed by hand until now, and how many steps are done."""
    if status is None:
        return spec, int(recorded(spec)["step"]) if spec == DEFAULT else 0
    made = tuple(spec.change(at.step, at.name, at.value) for at in status.interventions)
    return replace(spec, interventions=made), status.step


def _update(spec: PointsSpec, step: int) -> int:
    """Which update is looked at, counted from 1: the run's next one unless another is asked for.

    The control is empty then: one that moved with the run would be set back by every answer of a
    browser that has not heard of it yet.
    """
    last = min(_total(spec), FARTHEST)

    def read(text: str) -> int:
        if not (text.isdecimal() and 1 <= int(text[:9]) <= last):
            raise ValueError(f"the update is a number from 1 to {last}")
        return int(text[:9])

    if sentence := follow(UPDATE, read, None):
        st.info(sentence)
    if (st.session_state[UPDATE] or 1) > last:  # another run
        st.session_state[UPDATE] = None
    asked: int | None = st.number_input(
        "Update",
        1,
        last,
        None,
        key=UPDATE,
        placeholder="the next one",
        width=170,
        help="Any other update of this run: it is repeated up to there.",
    )
    write(UPDATE, asked, None)
    if not asked and step >= FARTHEST:
        st.caption(f"The first {grouped(FARTHEST)} updates of a run can be looked at.")
    return asked or min(step + 1, FARTHEST)


def _reached(spec: PointsSpec, step: int) -> dict[str, Any] | None:
    """The update after ``step``, or after what was reached when Stop was pressed.

    While it is on its way, what was shown of this run before, if anything.
    """
    task = _task(spec, step)
    with st.container():  # always there: what comes below keeps its node
        is_there = in_slices(task, key=f"walk {step}", things="updates")
    if not is_there:
        of, before = st.session_state.get(_BEFORE, (None, None))
        return before if of == spec else None
    found = dissected(spec, task.result)
    st.session_state[_BEFORE] = spec, found
    return found


@lru_cache(maxsize=32)
def _task(spec: PointsSpec, step: int) -> Task[int]:
    """Its result is the step that it has come to; it counts from the state where it begins."""
    way = trail_of(spec).way(spec, step)
    walk = next(way)
    start = walk.run.step
    steps = ((one.run.step - start, one.run.step) for one in chain([walk], way))
    return Task(step - start, steps)


@lru_cache(maxsize=32)
def _total(spec: PointsSpec) -> int:
    return PointsRun(spec).total_steps


@lru_cache(maxsize=32)
def dissected(spec: PointsSpec, step: int) -> dict[str, Any]:
    """``microscope_data`` of the update after ``step`` steps. Raises ``DivergedError``."""
    *_, walk = trail_of(spec).way(spec, step)
    return microscope_data(walk.run, walk.batch)

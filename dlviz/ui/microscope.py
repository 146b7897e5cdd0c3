"""One learning step under the microscope: the next update of a run on points, or any before it."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any

import streamlit as st

from dlviz.core.events import DivergedError
from dlviz.core.points.microscope import Walk
from dlviz.core.points.specs import PointsSpec
from dlviz.core.words import grouped
from dlviz.figures.microscope import microscope_data
from dlviz.runs.jobs import State, Status
from dlviz.ui.address import follow, write
from dlviz.ui.components.microscope import microscope
from dlviz.ui.controls import switch
from dlviz.ui.points_scene import recorded
from dlviz.ui.points_setup import DEFAULT
from dlviz.ui.server import server

MOST_REPLAYED = 50_000  # updates that are made again to get to one: seconds
STEP_SECONDS = 0.03
SHOWN, UPDATE = "microscope", "update"  # the address's parameters


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
        with st.spinner("Going to this update …", show_time=True):
            data = dissected(spec, asked - 1)
    except DivergedError as error:
        st.info(f"{error} Choose an update before that one.")
        return
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
    last = min(_walker(spec).total, MOST_REPLAYED)

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
    if not asked and step >= MOST_REPLAYED:
        st.caption(f"The first {grouped(MOST_REPLAYED)} updates of a run can be looked at.")
    return asked or min(step + 1, MOST_REPLAYED)


class _Walker:
    """A walk along one run that several visitors may ask to go on."""

    def __init__(self, spec: PointsSpec) -> None:
        self._spec, self._walk, self._lock = spec, Walk(spec), Lock()
        self.total = self._walk.run.total_steps

    def dissect(self, step: int) -> dict[str, Any]:
        with self._lock:
            if self._walk.run.step > step:
                self._walk = Walk(self._spec)
            self._walk.to(step)
            return microscope_data(self._walk.run, self._walk.batch)


@lru_cache(maxsize=8)
def _walker(spec: PointsSpec) -> _Walker:
    return _Walker(spec)


@lru_cache(maxsize=32)
def dissected(spec: PointsSpec, step: int) -> dict[str, Any]:
    """``microscope_data`` of the update after ``step`` steps. Raises ``DivergedError``."""
    return _walker(spec).dissect(step)

"""One learning step under the microscope: the next update of a run on points, or any before it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import Any

import streamlit as st

from dlviz.core.events import DivergedError
from dlviz.core.points.microscope import Walk
from dlviz.core.points.specs import PointsSpec
from dlviz.figures.microscope import microscope_data
from dlviz.runs.jobs import Status
from dlviz.ui.address import follow, write
from dlviz.ui.components.microscope import microscope
from dlviz.ui.controls import switch
from dlviz.ui.points_scene import recorded
from dlviz.ui.points_setup import DEFAULT

MOST_REPLAYED = 50_000  # updates that are made again to get to one: seconds
SHOWN, UPDATE = "microscope", "update"  # the address's parameters


def microscope_panel(spec: PointsSpec, status: Status | None) -> None:
    """Take the next update of what the page shows apart, or another that is asked for.

    ``status``: the job of ``spec``, None before the first. The run is repeated up to there, which
    gives the same numbers to the last digit.
    """
    spec, step = _where(spec, status)
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


def _where(spec: PointsSpec, status: Status | None) -> tuple[PointsSpec, int]:
    """The spec with what was changed by hand until now, and how many steps are done."""
    if status is None:
        return spec, int(recorded(spec)["step"]) if spec == DEFAULT else 0
    made = tuple(spec.change(at.step, at.name, at.value) for at in status.interventions)
    return replace(spec, interventions=made), status.step


def _update(spec: PointsSpec, step: int) -> int:
    """Which update is looked at, counted from 1; the run's next one, whenever the run moved on.

    The address names it even so: without the run, the first is what comes next.
    """
    last = min(max(step + 1, _walker(spec).total), MOST_REPLAYED)

    def read(text: str) -> int:
        if not (text.isdecimal() and 1 <= int(text[:9]) <= last):
            raise ValueError(f"the update is a number from 1 to {last}")
        return int(text[:9])

    moment = f"{spec.train.seed} {step}"
    if sentence := follow(UPDATE, read, min(step + 1, last), context=moment):
        st.info(sentence)
    st.session_state[UPDATE] = min(last, st.session_state[UPDATE])
    asked: int = st.number_input(
        "Update",
        1,
        last,
        key=UPDATE,
        width=150,
        help="The run's next update, or any other up to its end: the run is repeated up to there.",
    )
    write(UPDATE, asked, 1, context=moment)
    return asked


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

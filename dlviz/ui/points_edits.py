"""A weight or bias that a hand has set: it acts on the run that is shown, or on one that begins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.points.specs import MAX_EPOCHS
from dlviz.core.specs import SpecError
from dlviz.core.words import grouped
from dlviz.ui.console import refuse, refused
from dlviz.ui.points_events import set_setting, told
from dlviz.ui.points_run import change_run, note_way_back, spec_done
from dlviz.ui.points_scene import recorded

if TYPE_CHECKING:
    from dlviz.ui.points import PointsConsole

MOST_REPLAYED = 50_000  # steps that are taken again so that a hand can go on from there: seconds
_REFUSED = "edit refused"  # its serial number


def take_edit(console: PointsConsole) -> None:
    """A number was set in the network: do it, or say why not."""
    found = told("edit")
    sentence = _refusal(console, found)
    if not sentence:
        return
    refuse(sentence)
    # No frame will tell the picture that the number is not taken.
    serial = found.get("serial")
    st.session_state[_REFUSED] = serial if isinstance(serial, int | float) else None


def refused_edit() -> float | None:
    """The serial number of the last edit that was not taken."""
    serial: float | None = st.session_state.get(_REFUSED)
    return serial


def _refusal(console: PointsConsole, found: Mapping[str, Any]) -> str:
    """Do what an edit asks for; → why it is not done, else ""."""
    try:
        name, value = str(found.get("name")), float(found.get("value", math.nan))
        change = console.spec.change(0, name, value)
        if console.status is None or console.status.state.final:
            return _go_on(console, change.name, change.value)
        return change_run(console.status, change.name, change.value)
    except SpecError as error:
        return str(error)
    except (TypeError, ValueError):
        return "A weight is set to a number."


def _go_on(console: PointsConsole, name: str, value: float) -> str:
    """Begin a paused run where what is shown stands, with one number changed.

    Its steps are taken again, which gives the same numbers. → why it cannot be, else "".
    """
    spec, step, total, status = console.chosen.spec, 0, 0, console.status
    if status is not None:
        spec, step, total = spec_done(console.spec, status), status.step, status.total_steps
    elif console.opens_recorded:
        shot = recorded(spec)
        step, total = shot["step"], shot["total"] // shot["epochs"] * spec.train.epochs
    if step > MOST_REPLAYED:
        return "This run has ended after too many steps to go on from there: rewind it first."
    if step and step >= total:
        if spec.train.epochs == MAX_EPOCHS:
            return (
                f"This run has had all the {grouped(MAX_EPOCHS)} epochs that there can be: "
                "rewind it first."
            )
        epochs = min(MAX_EPOCHS, 2 * spec.train.epochs)
        spec = replace(spec, train=replace(spec.train, epochs=epochs))
    log = sorted((*spec.interventions, spec.change(step, name, value)), key=lambda at: at.step)
    job = console.begin([replace(spec, interventions=tuple(log))], paused=True, steps=step)
    if job is None:
        return refused()
    # Of a series the last run was shown: its seed is the page's now.
    set_setting("epochs", spec.train.epochs)
    set_setting("seed", spec.train.seed)
    note_way_back(job, step)
    return ""

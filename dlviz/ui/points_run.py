"""A run on points beside the page's controls: whether it is theirs, and how it hears of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from dlviz.core.points.specs import RATE, PointsSpec
from dlviz.core.specs import SpecError
from dlviz.core.words import grouped
from dlviz.runs.jobs import State, Status
from dlviz.runs.spec import same_but_for_seed
from dlviz.ui.console import GONE
from dlviz.ui.server import server

HEAR_SECONDS = 0.2  # for so long a change by hand is waited for: one step, mostly
_ASKED = "learning rate asked for"  # (job, changes that it had had, rate)
_BACK = "job that goes back"  # (job, step)


def is_of(chosen: PointsSpec, status: Status) -> bool:
    """Whether a job is one of the chosen settings: a series of any seed, and with other changes.

    Of changes by hand it must have those of a link. The learning rate may have been turned since
    it began: the control says what it is now.
    """
    spec, log = status.spec, chosen.interventions
    if not isinstance(spec, PointsSpec) or not set(log) <= set(status.interventions):
        return False
    made = [item.value for item in status.interventions if item.name == RATE and item not in log]
    if (rate := _rate_asked(status)) is None:
        rate = (made or [spec.train.learning_rate])[-1]
    plain = replace(spec, train=replace(spec.train, learning_rate=rate), interventions=())
    chosen = replace(chosen, interventions=())
    return same_but_for_seed(chosen, plain) if status.runs > 1 else chosen == plain


def _rate_asked(status: Status) -> float | None:
    """The learning rate that was asked for here and that the run has not yet."""
    job, count, rate = st.session_state.get(_ASKED, ("", 0, 0.0))
    waits = job == status.job and len(status.interventions) <= count and not status.state.final
    return rate if waits else None


def forget_asked() -> None:
    """The run has started over: what was asked for is no more."""
    st.session_state.pop(_ASKED, None)


def note_way_back(job: str | None, step: int) -> None:
    """A job begins by taking so many steps again: what a hand does comes after them."""
    st.session_state[_BACK] = (job, step)


def spec_done(spec: PointsSpec, status: Status) -> PointsSpec:
    """What a job of ``spec`` has become, with all changes by hand."""
    made = (spec.change(at.step, at.name, at.value) for at in status.interventions)
    return replace(spec, interventions=tuple(made))


def change_run(status: Status, name: str, value: float) -> str:
    """Ask a run for a change, and wait until it is made; → why it is not, else ""."""
    executor, count = server().executor, len(status.interventions)
    job, step = st.session_state.get(_BACK, ("", 0))
    try:
        now = executor.status(status.job)
        if job == now.job and now.step < step and now.state in (State.QUEUED, State.RUNNING):
            return f"The run goes back to step {grouped(step)}: wait until it is there."
        executor.change(now.job, name, value)
    except KeyError:
        return GONE
    except SpecError as error:
        return str(error)
    if name == RATE:
        st.session_state[_ASKED] = (status.job, count, value)
    wait_for(status.job, lambda now: len(now.interventions) > count or now.state.final)
    return ""


def wait_for(
    job: str | None, done: Callable[[Status], bool], seconds: float = HEAR_SECONDS
) -> bool:
    """Whether a job comes to be so within ``seconds``."""
    deadline = time.monotonic() + seconds
    try:
        while job and time.monotonic() < deadline:
            if done(server().executor.status(job)):
                return True
            time.sleep(0.005)
    except KeyError:
        pass
    return False

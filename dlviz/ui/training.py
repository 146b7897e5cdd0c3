"""The training page's console: a visitor's run, its buttons and its live view."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import streamlit as st

from dlviz.core.specs import SpecError
from dlviz.io.assets import AssetError, asset_path
from dlviz.runs.jobs import State, Status
from dlviz.runs.spec import same_but_for_seed, with_seed
from dlviz.ui.address import as_text, follow, write
from dlviz.ui.components.live import VIEWS, live_view, read_view
from dlviz.ui.console import (
    SEEDS,
    START_WIDTH,
    RunConsole,
    block,
    refuse,
    refused,
    tell_if_slow,
    wish,
    wished,
)
from dlviz.ui.models import address_of
from dlviz.ui.pages import LABS, page_file
from dlviz.ui.scrub import is_broken
from dlviz.ui.server import server
from dlviz.ui.setup import CHOSEN, Setup
from dlviz.ui.visitor import visitor

_VIEW = "view"  # the address's parameter


@cache
def recorded(name: str) -> dict[str, Any] | None:
    """A recorded run of a preset, shown before the visitor starts one."""
    try:
        return dict(json.loads(asset_path(f"runs/{name}.json").read_text("utf-8")))
    except (AssetError, ValueError):
        return None


class Console(RunConsole):
    """A visitor's training on pictures."""

    def start_buttons(self, chosen: Setup) -> None:
        """Start a run of what is chosen, or the same with several seeds one after the other.

        The buttons only note the wish, and it is granted here: a press may come together with an
        edit that the page has not seen when the button's callback runs.
        """
        if seeds := wished():
            self._start(chosen, seeds)
        blocked = self.busy or bool(chosen.mistake)
        st.button(
            "Start" if self.status is None else "Start anew",
            icon=":material/play_arrow:",
            type="primary",
            shortcut="S",
            width=START_WIDTH,
            disabled=blocked,
            help=chosen.mistake or None,
            on_click=wish,
            args=(1,),
        )
        st.button(
            f"Repeat with {SEEDS} seeds",
            icon=":material/repeat:",
            disabled=blocked,
            help="One run is an anecdote. The same settings from other initial weights and in "
            "another order, one run after the other; below they are drawn as a band.",
            on_click=wish,
            args=(SEEDS,),
        )

    def ways_on(self) -> None:
        """Links into the other labs with the model that has just been made."""
        status, entries = self.status, self._visitor.shelf.entries()
        ended = status is not None and status.state in (State.DONE, State.STOPPED)
        if not (ended and status and status.step and entries):  # a failed run left no model
            return
        if is_broken(status.job):  # nor did this one: the newest is another's
            return
        newest = {"model": address_of(entries[-1])}
        for page, label in (("filters", "Look inside it"), ("adversarial", "Fool it")):
            icon = LABS[page].icon
            st.page_link(page_file(page), label=f"**{label}**", icon=icon, query_params=newest)

    def show(self, chosen: Setup) -> None:
        """The live view, or a recorded run of the chosen preset."""
        unread = follow(_VIEW, read_view, VIEWS[0], widget=False)
        write(_VIEW, st.session_state[_VIEW], VIEWS[0])
        for sentence in (unread, refused(), as_text(chosen.mistake)):
            if sentence:
                st.warning(sentence)
        tell_if_slow()
        data = {**self._view(chosen), "view": st.session_state[_VIEW]}
        live_view(
            data, key="live", on_state=_rerun, on_blocked=lambda: block("live"), on_view=_turn
        )

    def _view(self, chosen: Setup) -> dict[str, Any]:
        """What the live view needs: a job and the right to watch it, or a recorded run."""
        data, status = self._channel(), self.status
        if status is None:
            data["recorded"] = recorded(chosen.name)
            data["hint"] = _before(chosen, data["recorded"] is not None)
        else:
            data["hint"] = _hint(status, chosen)
        return data

    def _start(self, chosen: Setup, seeds: int) -> None:
        if chosen.mistake:  # that the edit has just made; it is told below the buttons
            return
        first = chosen.spec.train.seed
        series = [with_seed(chosen.spec, (first + more) % 2**31) for more in range(seeds)]
        if self._submit(series, device=chosen.device):
            self.status = self._look()


def change_rate() -> None:
    """The learning rate was turned: it acts at once on the run that these settings started.

    A callback of the control; ``remember`` has told it which settings they are.
    """
    job, chosen = visitor().job, st.session_state.get(CHOSEN)
    if job is None or chosen is None:
        return
    try:
        status = server().executor.status(job)
        same = replace(chosen.train, learning_rate=status.spec.train.learning_rate)
        ours = same_but_for_seed(replace(chosen, train=same), status.spec)
        if not ours or status.state.final:
            return
        if status.runs > 1:
            refuse(
                "The new learning rate counts for the next Start: the runs of a series shall "
                "differ in nothing but their seed."
            )
        else:
            server().executor.change(job, "learning_rate", float(st.session_state["rate"]))
    except (KeyError, SpecError):  # the run is gone, or has been changed as often as it may be
        return


def _before(chosen: Setup, is_recorded: bool) -> str:
    """What to say before the first run."""
    if not is_recorded:
        return "Start trains your own."
    whose = "This run was recorded" if chosen.as_written else "Recorded with the preset's settings"
    return f"{whose}: Start trains your own."


def _hint(status: Status, chosen: Setup) -> str:
    if status.state.final and not same_but_for_seed(chosen.spec, status.spec):
        return "Your last run, with other settings than those chosen above."
    if status.state in (State.DONE, State.STOPPED) and is_broken(status.job):
        return (
            "Some of its weights are no numbers any more, so it did not go to your shelf: lower "
            "the learning rate, or start from smaller weights."
        )
    if status.state is State.DONE:
        return "Done: the model is on your shelf below, and can be chosen in the next two labs."
    if status.state is State.STOPPED and status.step:
        return "Stopped: the model as it is now is on your shelf below."
    if status.state is State.PAUSED and status.step == 0:
        return "Rewound to the same initial weights. Resume, or take one step at a time."
    return ""


def _rerun() -> None:
    """The rerun itself is what is wanted: buttons follow the new state."""


def _turn() -> None:
    """Another of the live view's views was opened: the address follows."""
    name = (st.session_state.get("live") or {}).get("view")
    if name in VIEWS:
        st.session_state[_VIEW] = name

"""The training page's console: a visitor's run, its buttons and its live view."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import streamlit as st

from dlviz.core.specs import SpecError
from dlviz.io.assets import AssetError, asset_path
from dlviz.runs.frames import describe
from dlviz.runs.jobs import Command, FullError, State, Status
from dlviz.runs.spec import same_but_for_seed, with_seed
from dlviz.ui.address import as_text, follow, write
from dlviz.ui.asgi import live_path
from dlviz.ui.components.live import VIEWS, live_view, read_view
from dlviz.ui.models import address_of
from dlviz.ui.pages import LABS, page_file
from dlviz.ui.server import server
from dlviz.ui.setup import CHOSEN, Setup
from dlviz.ui.visitor import visitor, visitor_id

BUTTONS: dict[Command, tuple[str, str, str]] = {  # label, icon, key
    Command.PAUSE: ("Pause", ":material/pause:", "Space"),
    Command.RESUME: ("Resume", ":material/play_arrow:", "Space"),
    Command.STEP: ("One step", ":material/step:", "Right"),
    Command.REWIND: ("Rewind", ":material/replay:", "Home"),
    Command.STOP: ("Stop", ":material/stop:", "X"),  # not Esc: that closes a list of choices
}
_ALLOWED: dict[Command, tuple[State, ...]] = {
    Command.PAUSE: (State.RUNNING,),
    Command.RESUME: (State.PAUSED,),
    Command.STEP: (State.RUNNING, State.PAUSED),
    Command.REWIND: (State.RUNNING, State.PAUSED, State.DONE, State.STOPPED, State.FAILED),
    Command.STOP: (State.QUEUED, State.RUNNING, State.PAUSED),
}
SEEDS = 5
_VIEW = "view"  # the address's parameter
_REFUSAL = "run refused"
_BLOCKED = "live channel blocked"


@cache
def recorded(name: str) -> dict[str, Any] | None:
    """A recorded run of a preset, shown before the visitor starts one."""
    try:
        return dict(json.loads(asset_path(f"runs/{name}.json").read_text("utf-8")))
    except (AssetError, ValueError):
        return None


class Console:
    """One visitor's run as this page shows it, at one moment.

    All parts of a rerun must show the same moment: the live view asks for another rerun when the
    state is no longer the one that the buttons were drawn with.
    """

    def __init__(self) -> None:
        self._visitor = visitor()
        self.status = self._look()

    def _look(self) -> Status | None:
        """The visitor's job, None before the first or after it was freed."""
        if self._visitor.job is None:
            return None
        try:
            return server().executor.status(self._visitor.job)
        except KeyError:
            return None

    @property
    def job(self) -> str | None:
        """The run's id, if there is one."""
        return self.status.job if self.status else None

    @property
    def running(self) -> bool:
        """Whether it computes at this moment."""
        return self.status is not None and self.status.state is State.RUNNING

    @property
    def busy(self) -> bool:
        """Whether a run is waiting, going or paused."""
        return self.status is not None and not self.status.state.final

    def start_buttons(self, chosen: Setup) -> None:
        """Start a run of what is chosen, or the same with several seeds one after the other."""
        blocked = self.busy or bool(chosen.mistake)
        st.button(
            "Start" if self.status is None else "Start anew",
            icon=":material/play_arrow:",
            type="primary",
            shortcut="S",
            disabled=blocked,
            help=chosen.mistake or None,
            on_click=self._start,
            args=(chosen, 1),
        )
        st.button(
            f"Repeat with {SEEDS} seeds",
            icon=":material/repeat:",
            disabled=blocked,
            help="One run is an anecdote. The same settings from other initial weights and in "
            "another order, one run after the other; below they are drawn as a band.",
            on_click=self._start,
            args=(chosen, SEEDS),
        )

    def button(self, command: Command) -> None:
        """One of the run's controls, greyed out where it makes no sense."""
        label, icon, shortcut = BUTTONS[command]
        status = self.status
        st.button(
            label,
            icon=icon,
            shortcut=shortcut,
            disabled=status is None or status.state not in _ALLOWED[command],
            on_click=self._control,
            args=(command,),
        )

    def ways_on(self) -> None:
        """Links into the other labs with the model that has just been made."""
        status, entries = self.status, self._visitor.shelf.entries()
        ended = status is not None and status.state in (State.DONE, State.STOPPED)
        if not (ended and status and status.step and entries):  # a failed run left no model
            return
        newest = {"model": address_of(entries[-1])}
        for page, label in (("filters", "Look inside it"), ("adversarial", "Fool it")):
            icon = LABS[page].icon
            st.page_link(page_file(page), label=f"**{label}**", icon=icon, query_params=newest)

    def show(self, chosen: Setup) -> None:
        """The live view, or a recorded run of the chosen preset."""
        unread = follow(_VIEW, read_view, VIEWS[0], widget=False)
        write(_VIEW, st.session_state[_VIEW], VIEWS[0])
        refused = st.session_state.pop(_REFUSAL, "")
        for sentence in (unread, refused, as_text(chosen.mistake)):
            if sentence:
                st.warning(sentence)
        if slow_seconds():
            st.info(
                "The live channel is blocked on the way (by a proxy, perhaps): the picture moves "
                "once a second."
            )
        data = {**self._view(chosen), "view": st.session_state[_VIEW]}
        live_view(data, key="live", on_state=_rerun, on_blocked=_block, on_view=_turn)

    def _view(self, chosen: Setup) -> dict[str, Any]:
        """What the live view needs: a job and the right to watch it, or a recorded run."""
        data: dict[str, Any] = {"path": live_path(), "job": None, "state": None}
        status = self.status
        if status is None:
            data["recorded"] = recorded(chosen.name)
            data["hint"] = _before(chosen, data["recorded"] is not None)
            return data
        visitor_key, from_cookie = visitor_id()
        data["job"] = status.job
        data["state"] = status.state.value
        data["token"] = server().token(visitor_key, status.job)
        data["session"] = None if from_cookie else visitor_key
        data["hint"] = _hint(status, chosen)
        if slow_seconds():
            data["frame"] = describe(*server().executor.poll(status.job, -1))
        return data

    def _start(self, chosen: Setup, seeds: int) -> None:
        first = chosen.spec.train.seed
        series = [with_seed(chosen.spec, (first + more) % 2**31) for more in range(seeds)]
        try:
            executor, owner = server().executor, self._visitor.id
            self._visitor.job = executor.submit(owner, series, device=chosen.device)
        except (FullError, SpecError) as error:
            st.session_state[_REFUSAL] = str(error)

    def _control(self, command: Command) -> None:
        if self._visitor.job:
            try:
                server().executor.control(self._visitor.job, command)
            except KeyError:
                st.session_state[_REFUSAL] = "This run is no longer there: start a new one."
            except FullError as error:
                st.session_state[_REFUSAL] = str(error)


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
            st.session_state[_REFUSAL] = (
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


def _block() -> None:
    """The view could not reach its job: because the channel is blocked, or the job is gone.

    A job is gone when another tab has started a new one or the visitor was away for too long;
    then the rerun alone shows what there is now.
    """
    job = (st.session_state.get("live") or {}).get("blocked")
    try:
        server().executor.owner(str(job))
    except KeyError:
        return
    st.session_state[_BLOCKED] = True


def slow_seconds() -> float | None:
    """How often the view is brought by reruns: where the live channel is blocked, else never."""
    return 1.0 if st.session_state.get(_BLOCKED) else None

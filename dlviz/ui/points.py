"""The points page's console: a visitor's run on points, its buttons, its network under the hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from dlviz.core.points.specs import RATE, PointsSpec
from dlviz.runs.jobs import Command, State, Status
from dlviz.runs.spec import with_seed
from dlviz.ui.address import as_text, follow, write
from dlviz.ui.components.points import VIEWS, points_view, read_points_view
from dlviz.ui.console import (
    ENDED_ANOTHERS,
    GONE,
    SEEDS,
    START_WIDTH,
    RunConsole,
    block,
    refuse,
    refused,
    tell_later,
    why_slow,
    wish,
    wished,
)
from dlviz.ui.points_edits import refused_edit, take_edit
from dlviz.ui.points_events import KEY, VIEW, paint, reshape, run_again, set_setting, turn
from dlviz.ui.points_log import LOG, follow_log, link_to_run, tell_log
from dlviz.ui.points_run import change_run, forget_asked, is_of, spec_done, wait_for
from dlviz.ui.points_scene import RECORDED_EPOCHS, recorded, scene_of, untrained
from dlviz.ui.points_setup import CHOSEN, DEFAULT, PointsSetup, lack_of_points
from dlviz.ui.server import server

STOP_SECONDS = 2.0


class PointsConsole(RunConsole):
    """A visitor's run on points.

    The page shows the run of the chosen settings if there is one, or one that goes on; else what
    the settings would begin with.
    """

    holds = "points_job"

    def __init__(self, chosen: PointsSetup) -> None:
        self.chosen = chosen
        super().__init__()

    def _look(self) -> Status | None:
        """The job that is shown; one of other settings is put aside, and comes back with them."""
        status = super()._look()
        if status is None or status.state in (State.QUEUED, State.RUNNING):
            return status
        return status if is_of(self.chosen.spec, status) else None

    @property
    def spec(self) -> PointsSpec:
        """Of what is shown."""
        if self.status is None:
            return self.chosen.spec
        assert isinstance(self.status.spec, PointsSpec)
        return self.status.spec

    def start_buttons(self) -> None:
        """Start a run of what is chosen, or the same with several seeds one after the other.

        The buttons only note the wish, and it is granted here: a press may come together with an
        edit that the page has not seen when the button's callback runs.
        """
        mistake = self.chosen.mistake
        if (seeds := wished()) and not mistake:
            self.start(seeds)
        st.button(
            "Start" if self.status is None else "Start anew",
            icon=":material/play_arrow:",
            type="primary",
            shortcut="S",
            width=START_WIDTH,
            disabled=bool(mistake),
            help=mistake or None,
            on_click=wish,
            args=(1,),
        )
        st.button(
            f"Repeat with {SEEDS} seeds",
            icon=":material/repeat:",
            disabled=bool(mistake),
            help="One run is an anecdote. The same settings from other initial weights and in "
            "another order, one run after the other; below they are drawn as a band.",
            on_click=wish,
            args=(SEEDS,),
        )

    def start(self, seeds: int) -> None:
        """Begin anew with what is chosen; a run that is still going ends for it."""
        spec = self.chosen.spec
        series = [with_seed(spec, (spec.train.seed + more) % 2**31) for more in range(seeds)]
        self.begin(series)

    def begin(self, series: list[PointsSpec], **how: Any) -> str | None:
        """End the last run and submit others. → the job, None where it is refused in a sentence."""
        last = getattr(self._visitor, self.holds)
        anothers = self.end_last() and self._is_anothers(last)
        taken = self._submit(series, **how)
        if anothers:
            tell_later(ENDED_ANOTHERS)
        if not taken:
            return None
        job: str = getattr(self._visitor, self.holds)
        server().executor.pace(job, self.chosen.pace)
        self.status = self._look()
        return job

    def end_last(self) -> bool:
        """Stop the last run, and wait until it has: within one step. → whether it was going."""
        job, going = getattr(self._visitor, self.holds), False

        def ended(status: Status) -> bool:
            nonlocal going
            if not status.state.final:
                going = True
                server().executor.control(status.job, Command.STOP)
            return status.state.final

        wait_for(job, ended, STOP_SECONDS)
        return going

    def show(self) -> None:
        """The network and its run, or what the chosen settings would begin with."""
        unread = follow(VIEW, read_points_view, VIEWS[0], widget=False)
        write(VIEW, st.session_state[VIEW], VIEWS[0])
        mistake = "" if self._lacks_points else as_text(self.chosen.mistake)
        for sentence in (unread, refused(), mistake):
            if sentence:
                st.warning(sentence)
        data = {**self._channel(), "view": st.session_state[VIEW]}
        data["scene"] = scene_of(self.spec)
        data["hint"] = self._hint()
        data["slow"] = why_slow()
        data["refused"] = refused_edit()
        if self.status is None:
            data |= self._before()
        points_view(
            data,
            key=KEY,
            on_state=run_again,
            on_blocked=lambda: block(KEY),
            on_view=turn,
            on_edit=lambda: take_edit(self),
            on_shape=reshape,
            on_painted=paint,
        )
        self._show_log()

    def _show_log(self) -> None:
        """Below the pictures: the link to a run that rests, or what a link brought."""
        status = self.status
        if status is None:
            if self.chosen.spec.interventions:
                tell_log(self.chosen.spec)
        elif status.interventions and not self.running and is_of(self.chosen.spec, status):
            link_to_run(spec_done(self.spec, status))

    @property
    def _lacks_points(self) -> bool:
        """Whether nothing but painted points is missing: no warning that moves the canvas."""
        mistake = self.chosen.mistake
        return bool(mistake) and mistake == lack_of_points(self.chosen.spec.data)

    def _before(self) -> dict[str, Any]:
        """Without a run: a recorded one of the page's own settings, else the untrained network."""
        if self.opens_recorded:
            return {"recorded": recorded(self.chosen.spec)}
        return {"net": untrained(self.chosen.spec)}

    @property
    def opens_recorded(self) -> bool:
        """Whether a recorded run is shown. As in a link, the settings alone decide it."""
        return self.status is None and self.chosen.spec == DEFAULT and not self.chosen.mistake

    def _hint(self) -> str:
        if self.chosen.mistake:
            return self.chosen.mistake if self._lacks_points else ""
        return self._first_hint() if self.status is None else self._run_hint(self.status)

    def _run_hint(self, status: Status) -> str:
        if not is_of(self.chosen.spec, status):
            return "This run began with other settings: Start anew takes those above."
        if status.state is State.PAUSED and status.step == 0:
            return "At the initial weights. Resume, or take one step at a time."
        return ""

    def _first_hint(self) -> str:
        """Before there is a run."""
        if self.opens_recorded:
            return (
                f"{RECORDED_EPOCHS} epochs, recorded: Start trains your own. "
                "Click a line to set a weight."
            )
        if self.chosen.spec.interventions:
            return "Not trained yet: Start trains the link’s run, changes by hand included."
        return "Not trained yet: press Start, or click a line to set a weight."

    def _control(self, command: Command) -> None:
        super()._control(command)
        if command is Command.REWIND and self.status and is_of(self.chosen.spec, self.status):
            self._as_it_began(self.status.job)

    def _as_it_began(self, job: str) -> None:
        """A run that starts over has the learning rate it began with, and so has the control."""
        spec = self.spec
        if not wait_for(job, lambda now: now.step == 0 and now.interventions == spec.interventions):
            return
        forget_asked()
        set_setting("rate", spec.train.learning_rate)
        began = with_seed(spec, self.chosen.spec.train.seed)
        set_setting(LOG, began if spec.interventions else None)


def leave_old(setup: PointsSetup) -> PointsSetup:
    """What is chosen now; a run whose settings were changed here ends, unless they fit it still.

    What the settings would begin with is shown then. A link's changes by hand are part of them.
    """
    chosen = setup if setup.mistake else replace(setup, spec=follow_log(setup.spec))
    before = st.session_state.get(CHOSEN)
    st.session_state[CHOSEN] = chosen
    if before is not None and not _alike(before.spec, chosen.spec):
        console = PointsConsole(before)
        status = console.status
        ours = status is not None and not status.state.final and is_of(before.spec, status)
        if ours and status is not None and not is_of(chosen.spec, status):
            console.end_last()
    return chosen


def _alike(one: PointsSpec, other: PointsSpec) -> bool:
    """But for the learning rate, which ends no run: it acts on it, or counts for the next."""
    train = replace(one.train, learning_rate=other.train.learning_rate)
    return replace(one, train=train, interventions=()) == replace(other, interventions=())


# -- events ----------------------------------------------------------------------------------------


def change_rate() -> None:
    """The learning rate was turned: it acts at once on the run that these settings started."""
    chosen = st.session_state.get(CHOSEN)
    if chosen is None:
        return
    console = PointsConsole(chosen)
    status = console.status
    if status is None or status.state.final or not is_of(chosen.spec, status):
        return
    if status.runs > 1:
        refuse(
            "The new learning rate counts for the next Start: the runs of a series shall differ in "
            "nothing but their seed."
        )
        return
    if sentence := change_run(status, RATE, float(st.session_state["rate"])):
        refuse(sentence)
        set_setting("rate", chosen.spec.train.learning_rate)


def change_pace() -> None:
    """The speed was turned: it acts at once, and changes no number."""
    chosen = st.session_state.get(CHOSEN)
    console = PointsConsole(chosen) if chosen else None
    if console is not None and console.job is not None:
        try:
            server().executor.pace(console.job, float(st.session_state["pace"]))
        except KeyError:
            refuse(GONE)

"""The points page's console: a visitor's run on points, its buttons, its network under the hand."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

import streamlit as st

from dlviz.core.points.specs import (
    MAX_EPOCHS,
    RATE,
    PointsChange,
    PointsSpec,
)
from dlviz.core.specs import SpecError
from dlviz.runs.jobs import Command, State, Status
from dlviz.runs.spec import same_but_for_seed, with_seed
from dlviz.ui.address import as_text, follow, write
from dlviz.ui.components.points import VIEWS, points_view, read_points_view
from dlviz.ui.console import (
    GONE,
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
from dlviz.ui.points_events import KEY, VIEW, paint, reshape, run_again, set_setting, told, turn
from dlviz.ui.points_scene import recorded, scene_of, untrained
from dlviz.ui.points_setup import CHOSEN, DEFAULT, PointsSetup
from dlviz.ui.server import server

MOST_REPLAYED = 50_000  # steps that are taken again so that a hand can go on from there: seconds
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
        self._begin(series)

    def _begin(self, series: list[PointsSpec], **how: Any) -> None:
        self.end_last()
        if self._submit(series, **how):
            server().executor.pace(getattr(self._visitor, self.holds), self.chosen.pace)
            self.status = self._look()

    def end_last(self) -> None:
        """Stop the last run, and wait until it has: within one step."""
        job = getattr(self._visitor, self.holds)
        deadline = time.monotonic() + STOP_SECONDS
        try:
            while job and not server().executor.status(job).state.final:
                server().executor.control(job, Command.STOP)
                if time.monotonic() > deadline:
                    return
                time.sleep(0.005)
        except KeyError:
            return

    def show(self) -> None:
        """The network and its run, or what the chosen settings would begin with."""
        unread = follow(VIEW, read_points_view, VIEWS[0], widget=False)
        write(VIEW, st.session_state[VIEW], VIEWS[0])
        for sentence in (unread, refused(), as_text(self.chosen.mistake)):
            if sentence:
                st.warning(sentence)
        tell_if_slow()
        data = {**self._channel(), "view": st.session_state[VIEW]}
        data["scene"] = scene_of(self.spec)
        data["hint"] = self._hint()
        if self.status is None:
            data |= self._before()
        points_view(
            data,
            key=KEY,
            on_state=run_again,
            on_blocked=lambda: block(KEY),
            on_view=turn,
            on_edit=self._edit,
            on_shape=reshape,
            on_painted=paint,
        )

    def _before(self) -> dict[str, Any]:
        """Without a run: a recorded one of the page's own settings, else the untrained network."""
        if self._opens_recorded:
            return {"recorded": recorded(self.chosen.spec)}
        return {"net": untrained(self.chosen.spec)}

    @property
    def _opens_recorded(self) -> bool:
        """Whether a recorded run is shown."""
        return self.status is None and self.chosen.spec == DEFAULT and not self.chosen.mistake

    def _hint(self) -> str:
        status = self.status
        if self.chosen.mistake:
            return ""
        if status is None:
            if self._opens_recorded:
                return "This run was recorded: Start trains your own. Click a line to set a weight."
            return "Not trained yet: press Start, or click a line to set a weight."
        if not is_of(self.chosen.spec, status):
            return "This run began with other settings: Start anew takes those above."
        if status.state is State.PAUSED and status.step == 0:
            return "At the initial weights. Resume, or take one step at a time."
        return ""

    # -- what a hand does to the network ----------------------------------------------------------

    def _edit(self) -> None:
        """A weight or bias was set: it acts on the run, or on one that begins with it."""
        found = told("edit")
        try:
            name, value = str(found.get("name")), float(found.get("value", math.nan))
            change = self.spec.change(0, name, value)
            if self.status is not None and not self.status.state.final:
                server().executor.change(self.status.job, change.name, change.value)
            else:
                self._go_on(change.name, change.value)
        except KeyError:
            refuse(GONE)
        except SpecError as error:
            refuse(str(error))
        except (TypeError, ValueError):
            refuse("A weight is set to a number.")

    def _go_on(self, name: str, value: float) -> None:
        """Begin a paused run where what is shown stands, with one number changed.

        Its steps are taken again, which gives the same numbers.
        """
        spec, step, made = self.chosen.spec, 0, list[PointsChange]()
        if self.status is not None:
            spec, step = self.spec, self.status.step
            made = [spec.change(at.step, at.name, at.value) for at in self.status.interventions]
        elif self._opens_recorded:
            step = int(recorded(spec)["step"])
        if step > MOST_REPLAYED:
            refuse("This run has ended after too many steps to go on from there: rewind it first.")
            return
        if step and (self.status is None or self.status.state is State.DONE):
            epochs = min(MAX_EPOCHS, 2 * spec.train.epochs)
            spec = replace(spec, train=replace(spec.train, epochs=epochs))
            set_setting("epochs", epochs)
        spec = replace(spec, interventions=(*made, spec.change(step, name, value)))
        self._begin([spec], paused=True, steps=step)


def is_of(chosen: PointsSpec, status: Status) -> bool:
    """Whether a job is one of the chosen settings: a series of any seed, and with other changes.

    The learning rate may have been turned since it began, in this moment even while it goes on.
    """
    spec = status.spec
    if not isinstance(spec, PointsSpec):
        return False
    rates = [item.value for item in status.interventions if item.name == RATE]
    rate = (rates or [spec.train.learning_rate])[-1]
    rate = rate if status.state.final else chosen.train.learning_rate
    train = replace(spec.train, learning_rate=rate)
    plain = replace(spec, train=train, interventions=())
    return same_but_for_seed(chosen, plain) if status.runs > 1 else chosen == plain


def leave_old(chosen: PointsSetup) -> PointsSetup:
    """What is chosen now; a run whose settings were changed here ends, unless they fit it still.

    What the settings would begin with is shown then.
    """
    before = st.session_state.get(CHOSEN)
    st.session_state[CHOSEN] = chosen
    if before is not None and before.spec != chosen.spec:
        console = PointsConsole(before)
        status = console.status
        ours = status is not None and not status.state.final and is_of(before.spec, status)
        if ours and status is not None and not is_of(chosen.spec, status):
            console.end_last()
    return chosen


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
    try:
        server().executor.change(status.job, RATE, float(st.session_state["rate"]))
    except (KeyError, SpecError) as error:
        refuse(GONE if isinstance(error, KeyError) else str(error))


def change_pace() -> None:
    """The speed was turned: it acts at once, and changes no number."""
    chosen = st.session_state.get(CHOSEN)
    console = PointsConsole(chosen) if chosen else None
    if console is not None and console.job is not None:
        try:
            server().executor.pace(console.job, float(st.session_state["pace"]))
        except KeyError:
            refuse(GONE)

"""A taught run on a page: its buttons, its live view, and what it has learnt for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.taught import TaughtSpec
from dlviz.io.assets import AssetError
from dlviz.io.taught import recorded_frame, recorded_tensors
from dlviz.runs.jobs import Command, State, Status
from dlviz.runs.spec import same_but_for_seed
from dlviz.runs.taught_kinds import TAUGHT
from dlviz.ui.address import rerun
from dlviz.ui.components.taught import taught_view
from dlviz.ui.console import (
    START_WIDTH,
    RunConsole,
    block,
    refused,
    slow_seconds,
    tell_if_slow,
    wish,
    wished,
)
from dlviz.ui.server import server

if TYPE_CHECKING:
    from torch import Tensor

_KEY = "taught"


@dataclass(frozen=True, eq=False)
class Outcome:
    """What was learnt: the visitor's own run's, or the recorded one's. Never write into it."""

    spec: TaughtSpec
    tensors: Mapping[str, Tensor]
    recorded: bool


class TaughtConsole(RunConsole):
    """A visitor's run of one kind; one of another kind is not shown."""

    holds = "taught_job"

    def __init__(self, spec: TaughtSpec, mistake: str) -> None:
        self.spec, self.mistake = spec, mistake
        super().__init__()

    def _look(self) -> Status | None:
        status = super()._look()
        if status is None or not isinstance(status.spec, TaughtSpec):
            return None
        return status if status.spec.kind == self.spec.kind else None

    def buttons(self) -> None:
        """Start and what a run can be told; a press of Start is granted here."""
        if wished() and not self.mistake:
            self._stop_another()
            if self._submit([self.spec]):
                self.status = self._look()
        with st.container(horizontal=True, vertical_alignment="center", key="taught_buttons"):
            st.button(
                "Start" if self.status is None else "Start anew",
                icon=":material/play_arrow:",
                type="primary",
                shortcut="S",
                width=START_WIDTH,
                disabled=self.busy or bool(self.mistake),
                help=self.mistake or None,
                on_click=wish,
                args=(1,),
            )
            self.button(Command.PAUSE if self.running else Command.RESUME)
            self.button(Command.STEP)
            self.button(Command.REWIND)
            self.button(Command.STOP)

    def _stop_another(self) -> None:
        """A paused run of another kind makes room; one that goes is told of in words."""
        status = super()._look()
        if status and self.status is None and status.state is State.PAUSED:
            server().executor.control(status.job, Command.STOP)

    def show(self, frame: dict[str, Any] | None) -> None:
        """The live view; ``frame`` is shown before the visitor's first run."""
        for sentence in (refused(), self.mistake):
            if sentence:
                st.warning(sentence)
        tell_if_slow()
        data = self._channel()
        if self.status is None:
            data |= {"job": None, "state": None, "recorded": frame}
        data |= {"measure": TAUGHT[self.spec.kind].measure, "name": self.spec.kind}
        data["hint"] = self._hint(recorded=frame is not None)
        taught_view(data, key=_KEY, on_state=_rerun, on_blocked=lambda: block(_KEY))

    def _hint(self, *, recorded: bool) -> str:
        status = self.status
        if status is None:
            return f"{'Recorded. ' if recorded else ''}Start trains your own."
        if status.state.final and not same_but_for_seed(self.spec, status.spec):
            return "Your last run, with other settings than those chosen above."
        if status.state is State.PAUSED and status.step == 0:
            return "At the initial weights. Resume, or take one step at a time."
        return ""

    def outcome(self) -> Outcome | None:
        """What the visitor's run has learnt, once it has ended."""
        status = self.status
        if status is None or not status.state.final:
            return None
        try:
            tensors = server().executor.outcome(status.job)
        except KeyError:
            return None
        assert isinstance(status.spec, TaughtSpec)
        return Outcome(status.spec, tensors, recorded=False) if tensors else None


def taught_run(spec: TaughtSpec, *, recorded: bool = True, mistake: str = "") -> Outcome | None:
    """Buttons and live view of a run of ``spec`` → what was learnt, None while there is none.

    Before the visitor's first run of this kind the recorded one is shown, if ``recorded``; its
    weights count then, and while theirs goes on. ``mistake``: why it cannot start now, in one
    sentence. The page runs again when the run's state changes.
    """
    console = TaughtConsole(spec, mistake)
    console.buttons()
    frame = _recorded(spec.kind) if recorded else None
    console.show(frame)
    if (slow := slow_seconds()) and console.busy:
        st.fragment(run_every=slow)(_again)([])
    return console.outcome() or (_outcome(spec.kind) if frame is not None else None)


def _recorded(kind: str) -> dict[str, Any] | None:
    try:
        return recorded_frame(kind)
    except AssetError:
        return None


def _outcome(kind: str) -> Outcome | None:
    try:
        return Outcome(TAUGHT[kind].preset, recorded_tensors(kind), recorded=True)
    except AssetError:
        return None


def _rerun() -> None:
    """The rerun itself is what is wanted: buttons follow the new state."""


def _again(seen: list[bool]) -> None:
    """The live channel is blocked: the page runs again, and brings the newest picture."""
    if seen:
        rerun()
    seen.append(True)

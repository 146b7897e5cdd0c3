"""The training page's console: a visitor's run, its buttons and its live view."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import streamlit as st

from dlviz.core.networks import Preset
from dlviz.core.specs import RunSpec, SpecError
from dlviz.io.assets import AssetError, asset_path
from dlviz.runs.executor import describe
from dlviz.runs.jobs import Command, FullError, State, Status
from dlviz.ui.asgi import live_path
from dlviz.ui.components.live import live_view
from dlviz.ui.server import server
from dlviz.ui.visitor import visitor, visitor_id

BUTTONS: dict[Command, tuple[str, str, str]] = {  # label, icon, key
    Command.PAUSE: ("Pause", ":material/pause:", "Space"),
    Command.RESUME: ("Resume", ":material/play_arrow:", "Space"),
    Command.STEP: ("One step", ":material/step:", "Right"),
    Command.REWIND: ("Rewind", ":material/replay:", "Home"),
    Command.STOP: ("Stop", ":material/stop:", "Esc"),
}
_ALLOWED: dict[Command, tuple[State, ...]] = {
    Command.PAUSE: (State.RUNNING,),
    Command.RESUME: (State.PAUSED,),
    Command.STEP: (State.RUNNING, State.PAUSED),
    Command.REWIND: (State.RUNNING, State.PAUSED, State.DONE, State.STOPPED, State.FAILED),
    Command.STOP: (State.QUEUED, State.RUNNING, State.PAUSED),
}


def spec_of(preset: Preset, *, rate: float, batch: int, epochs: int, seed: int) -> RunSpec:
    """The preset with the visitor's numbers."""
    train = replace(
        preset.spec.train, learning_rate=rate, batch_size=batch, epochs=epochs, seed=seed
    )
    return replace(preset.spec, train=train)


@cache
def recorded(name: str) -> dict[str, Any] | None:
    """A recorded run of a preset, shown before the visitor starts one."""
    try:
        return dict(json.loads(asset_path(f"runs/{name}.json").read_text("utf-8")))
    except (AssetError, ValueError):
        return None


class Console:
    """One visitor's run as this page shows it."""

    def __init__(self) -> None:
        self._visitor = visitor()
        self._refusal = ""

    def status(self) -> Status | None:
        """The visitor's job, None before the first or after it was freed."""
        if self._visitor.job is None:
            return None
        try:
            return server().executor.status(self._visitor.job)
        except KeyError:
            return None

    def state(self) -> str:
        """The job's state as a word, "" if there is none."""
        status = self.status()
        return status.state.value if status else ""

    def start_button(self, spec: RunSpec) -> None:
        """Start a new run of ``spec``."""
        status = self.status()
        st.button(
            "Start" if status is None else "Start anew",
            icon=":material/play_arrow:",
            type="primary",
            shortcut="S",
            disabled=status is not None and not status.state.final,
            on_click=self._start,
            args=(spec,),
        )

    def button(self, command: Command) -> None:
        """One of the run's controls, greyed out where it makes no sense."""
        label, icon, shortcut = BUTTONS[command]
        status = self.status()
        st.button(
            label,
            icon=icon,
            shortcut=shortcut,
            disabled=status is None or status.state not in _ALLOWED[command],
            on_click=self._control,
            args=(command,),
        )

    def show(self, name: str) -> None:
        """The live view, or a recorded run of the preset ``name``."""
        if self._refusal:
            st.warning(self._refusal)
        if st.session_state.get("live blocked"):
            self._slow_view()
            return
        status = self.status()
        data: dict[str, Any] = {"path": live_path(), "job": None, "state": None}
        if status:
            visitor_key, from_cookie = visitor_id()
            data["job"] = status.job
            data["state"] = status.state.value
            data["token"] = server().token(visitor_key, status.job)
            data["session"] = None if from_cookie else visitor_key
            data["hint"] = _hint(status)
        else:
            data["recorded"] = recorded(name)
            data["hint"] = "A run recorded earlier. Press Start to train your own."
        live_view(data, key="live", on_state=_rerun, on_blocked=_block)

    @st.fragment(run_every=1.0)
    def _slow_view(self) -> None:
        """Without the live channel: one picture a second, brought by reruns."""
        st.info(
            "The live channel is blocked on the way (a proxy, perhaps): the picture moves once a "
            "second."
        )
        status = self.status()
        data: dict[str, Any] = {"path": live_path(), "job": None, "state": None}
        if status:
            now, update = server().executor.poll(status.job, -1)
            data["fallback"] = describe(now, update)
        live_view(data, key="slow", on_state=_rerun, on_blocked=_rerun)

    def _start(self, spec: RunSpec) -> None:
        try:
            self._visitor.job = server().executor.submit(self._visitor.id, spec)
        except (FullError, SpecError) as error:
            self._refusal = str(error)

    def _control(self, command: Command) -> None:
        if self._visitor.job:
            try:
                server().executor.control(self._visitor.job, command)
            except KeyError:
                self._refusal = "This run is no longer there: start a new one."


def _hint(status: Status) -> str:
    if status.state is State.DONE:
        return "Done: the model is on your shelf below. Look inside it, or fool it."
    if status.state is State.STOPPED and status.step:
        return "Stopped: the model as it is now is on your shelf below."
    if status.state is State.PAUSED and status.step == 0:
        return "Rewound to the same initial weights. Resume, or take one step at a time."
    return ""


def _rerun() -> None:
    """The rerun itself is what is wanted: buttons follow the new state."""


def _block() -> None:
    st.session_state["live blocked"] = True

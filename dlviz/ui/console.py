"""A visitor's run at a page: its state, its buttons, and what is told where a wish is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dlviz.core.specs import SpecError
from dlviz.runs.frames import describe
from dlviz.runs.jobs import Command, FullError, State, Status
from dlviz.runs.spec import Spec
from dlviz.ui.address import forget_elsewhere
from dlviz.ui.asgi import live_path
from dlviz.ui.server import server
from dlviz.ui.visitor import visitor, visitor_id

BUTTONS: dict[Command, tuple[str, str, str]] = {  # label, icon, key
    Command.PAUSE: ("Pause", ":material/pause:", "Space"),
    Command.RESUME: ("Resume", ":material/play_arrow:", "Space"),
    Command.STEP: ("One step", ":material/step:", "Right"),
    Command.REWIND: ("Rewind", ":material/replay:", "Home"),
    Command.STOP: ("Stop", ":material/stop:", "X"),  # not Esc: that closes a list of choices
}
START_WIDTH, PAUSE_WIDTH = 132, 146  # CSS pixels: their labels change, and no button shall move
_ALLOWED: dict[Command, tuple[State, ...]] = {
    Command.PAUSE: (State.RUNNING,),
    Command.RESUME: (State.PAUSED,),
    Command.STEP: (State.RUNNING, State.PAUSED),
    Command.REWIND: (State.RUNNING, State.PAUSED, State.DONE, State.STOPPED, State.FAILED),
    Command.STOP: (State.QUEUED, State.RUNNING, State.PAUSED),
}
SEEDS = 5
GONE = "This run is no longer there: start a new one."
ENDED_ANOTHERS = "This ended the run that you had begun in another tab."
BEGUN_ELSEWHERE = "You have begun this run in another tab."
_WISH = "runs to start"  # asked for by a button: with so many seeds
_REFUSAL = "run refused"
_BLOCKED = "live channel blocked"
_DRAWN = "run drawn last: "  # and what the visitor's attribute is called: a job's id, or None
_BEGUN = "run begun here: "  # likewise
_NEWS = "news of other tabs"


class RunConsole:
    """One visitor's run as a page shows it, at one moment.

    All parts of a rerun must show the same moment: the live view asks for another rerun when the
    state is no longer the one that the buttons were drawn with. ``holds`` is the visitor's
    attribute with the job's id: every kind of run has its own.
    """

    holds = "job"

    def __init__(self) -> None:
        self._visitor = visitor()
        self.status = self._look()

    def _look(self) -> Status | None:
        """The visitor's job, None before the first or after it was freed."""
        job = getattr(self._visitor, self.holds)
        try:
            return server().executor.status(job) if job else None
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

    def button(self, command: Command) -> None:
        """One of the run's controls, greyed out where it makes no sense."""
        label, icon, shortcut = BUTTONS[command]
        status = self.status
        st.button(
            label,
            icon=icon,
            shortcut=shortcut,
            width=PAUSE_WIDTH if command in (Command.PAUSE, Command.RESUME) else "content",
            disabled=status is None or status.state not in _ALLOWED[command],
            on_click=self._control,
            args=(command,),
        )

    def _submit(self, series: Sequence[Spec], **how: Any) -> bool:
        """Begin a job; whether it was taken. ``how`` goes to the executor."""
        try:
            job = server().executor.submit(self._visitor.id, series, **how)
        except (FullError, SpecError) as error:
            refuse(str(error))
            return False
        setattr(self._visitor, self.holds, job)
        st.session_state[_BEGUN + self.holds] = job
        return True

    def _is_anothers(self, job: str | None) -> bool:
        """Whether another tab has begun the job since this one was drawn."""
        known = [st.session_state.get(key + self.holds) for key in (_DRAWN, _BEGUN)]
        return job is not None and job not in known

    def _tell_tabs(self) -> None:
        """Say what this tab did to a run of another one, or that it now shows another one's."""
        news, drawn = st.session_state.get(_NEWS, ""), _DRAWN + self.holds
        if not news and drawn in st.session_state and self._is_anothers(self.job):
            news = BEGUN_ELSEWHERE
        if news:
            st.toast(news, icon=":material/tab:", duration="long")
        # Noted after it is told: a rerun that waits ends this one at the toast, before it is sent.
        st.session_state.pop(_NEWS, None)
        st.session_state[drawn] = self.job

    def _control(self, command: Command) -> None:
        if job := getattr(self._visitor, self.holds):
            try:
                server().executor.control(job, command)
            except KeyError:
                refuse(GONE)
            except FullError as error:
                refuse(str(error))

    def _channel(self) -> dict[str, Any]:
        """What a live view needs: where the channel is, the job and the right to watch it."""
        self._tell_tabs()
        data: dict[str, Any] = {"path": live_path(), "job": None, "state": None}
        status = self.status
        if status is None:
            return data
        visitor_key, from_cookie = visitor_id()
        data["job"] = status.job
        data["state"] = status.state.value
        data["token"] = server().token(visitor_key, status.job)
        data["session"] = None if from_cookie else visitor_key
        if slow_seconds():
            data["frame"] = describe(*server().executor.poll(status.job, -1))
        return data


def wish(seeds: int) -> None:
    """A press of Start, with so many seeds: granted when this page's buttons are drawn next.

    One that came together with the way to another page never met them: it is forgotten there, or
    a run would begin unasked when the visitor comes back.
    """
    st.session_state[_WISH] = seeds
    forget_elsewhere(_WISH)


def wished() -> int:
    """With how many seeds a run shall start, 0 for none; told once."""
    return int(st.session_state.pop(_WISH, 0))


def tell_later(news: str) -> None:
    """Tell what concerns other tabs beside the page, when it is drawn next."""
    st.session_state[_NEWS] = news


def refuse(sentence: str) -> None:
    """Tell it when the page is drawn next."""
    st.session_state[_REFUSAL] = sentence


def refused() -> str:
    """What is to be told, once."""
    return str(st.session_state.pop(_REFUSAL, ""))


def block(key: str) -> None:
    """The view ``key`` could not reach its job: because the channel is blocked, or the job is gone.

    A job is gone when another tab has started a new one or the visitor was away for too long;
    then the rerun alone shows what there is now.
    """
    job = (st.session_state.get(key) or {}).get("blocked")
    try:
        server().executor.owner(str(job))
    except KeyError:
        return
    st.session_state[_BLOCKED] = True


def slow_seconds() -> float | None:
    """How often the view is brought by reruns: where the live channel is blocked, else never."""
    return 1.0 if st.session_state.get(_BLOCKED) else None


def why_slow() -> str:
    """Why the picture moves once a second only, where it does."""
    if not slow_seconds():
        return ""
    return (
        "The live channel is blocked on the way (by a proxy, perhaps): the picture moves "
        "once a second."
    )


def tell_if_slow() -> None:
    """Say so above the picture."""
    if sentence := why_slow():
        st.info(sentence)

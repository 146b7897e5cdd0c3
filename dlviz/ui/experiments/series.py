"""All runs of an experiment as the visitor's own series in the executor: start, progress, stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.experiments import SEEDS, Arm, Experiment
from dlviz.core.specs import RunSpec, SpecError
from dlviz.core.words import percent
from dlviz.runs.jobs import Command, FullError, Status
from dlviz.runs.spec import same_but_for_seed
from dlviz.ui.address import rerun
from dlviz.ui.console import refuse, refused
from dlviz.ui.engine import ENGINE
from dlviz.ui.pages import page_file
from dlviz.ui.server import server
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

LOOK_SECONDS = 1.0
# A row that is there before the progress: what stands below must not move when it comes. On a
# phone the progress takes the sentence's place.
STYLE = """
.st-key-series { min-height: 3.5rem; margin-block: -0.25rem; }
@media (min-width: 641px) { .st-key-series { flex-wrap: nowrap !important; } }
@media (max-width: 640px) {
  .st-key-series:has([data-testid="stProgress"]) > :not(:has([data-testid="stProgress"])) {
    display: none;
  }
}
"""


def series_row() -> DeltaGenerator:
    """Where the progress of a series is shown; before and after it, a sentence."""
    st.html(f"<style>{STYLE}</style>")
    return st.container(key="series", horizontal=True, vertical_alignment="center")


def status_of_mine() -> Status | None:
    """The visitor's training on pictures, None before the first or after it was freed."""
    job = visitor().job
    try:
        return server().executor.status(job) if job else None
    except KeyError:
        return None


def submit(specs: Sequence[RunSpec]) -> bool:
    """Begin a series for the visitor; whether it was taken. Why not is told by ``refused``."""
    try:
        visitor().job = server().executor.submit(visitor().id, specs)
    except (FullError, SpecError) as error:
        refuse(str(error))
        return False
    return True


def stop() -> None:
    """End the visitor's series."""
    if job := visitor().job:
        try:
            server().executor.control(job, Command.STOP)
        except KeyError:
            return


class Series:
    """The runs of an experiment, as far as they are going."""

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        status = status_of_mine()
        self._busy = status is not None and not status.state.final
        self._ours = self._busy and status is not None and _arm_of(experiment, status) is not None

    def buttons(self) -> None:
        """Run all live, or stop them."""
        count = len(self._experiment.arms) * SEEDS
        if self._ours:
            st.button("Stop", icon=":material/stop:", on_click=stop)
            return
        both = "both" if len(self._experiment.arms) == 2 else "all three"
        why_not = "Another training of yours is going on in the training lab." if self._busy else ""
        why_not = why_not or ("" if ENGINE.ready.is_set() else "PyTorch is loading.")
        st.button(
            f"Run {both} live",
            icon=":material/play_arrow:",
            type="primary",
            disabled=bool(why_not),
            help=why_not or f"{count} runs, one after the other: {SEEDS} seeds for each.",
            on_click=self._start,
        )

    def _start(self) -> None:
        """A callback. Its own runs are what shall be seen."""
        if submit(self._experiment.series()):
            st.session_state["whose"] = "yours"

    def progress(self) -> None:
        """What is going on, and what was refused."""
        if sentence := refused():
            st.warning(sentence)
        if self._ours:
            follow_series(self._experiment.arms)
        elif not ENGINE.ready.is_set():
            _until_torch()


@st.fragment(run_every=LOOK_SECONDS)
def _until_torch() -> None:
    """Nothing waits for PyTorch but the button that trains: it can be pressed then."""
    ENGINE.start()
    if ENGINE.ready.is_set():
        rerun()


def _arm_of(experiment: Experiment, status: Status) -> Arm | None:
    return next((arm for arm in experiment.arms if same_but_for_seed(arm.spec, status.spec)), None)


def follow_series(arms: Sequence[Arm]) -> None:
    """The progress of a series of these arms; the page runs again whenever a run has ended."""
    began = status_of_mine()
    before = None if began is None else (began.job, began.run)

    @st.fragment(run_every=LOOK_SECONDS)
    def look() -> None:
        status = status_of_mine()
        if status is None or status.state.final or (status.job, status.run) != before:
            rerun()
        else:
            _draw(status, arms)

    look()


def _draw(status: Status, arms: Sequence[Arm]) -> None:
    which = [arm for arm in arms if same_but_for_seed(arm.spec, status.spec)]
    name = f"{which[0].title}, " if which else ""
    seed = status.spec.train.seed
    done = status.step / status.total_steps if status.total_steps else 0.0
    waits = f" {status.message}" if status.message and not status.step else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(
            min(1.0, (status.run - 1 + done) / status.runs),
            f"Run {status.run} of {status.runs}: {name}seed {seed}, {percent(done)}.{waits}",
        )
        st.page_link(page_file("training"), label="Watch it", icon=":material/show_chart:")

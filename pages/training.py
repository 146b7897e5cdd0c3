"""Training: a network learns in front of you, and is yours for the next labs."""

import streamlit as st

from dlviz.runs.jobs import Command
from dlviz.ui.address import rerun
from dlviz.ui.compare import compare_panel
from dlviz.ui.console import slow_seconds
from dlviz.ui.engine import need_torch
from dlviz.ui.exports import exports_panel
from dlviz.ui.in_sight import run_in_sight
from dlviz.ui.pages import header
from dlviz.ui.scrub import scrub_panel
from dlviz.ui.setup import setup
from dlviz.ui.shelf import shelf_panel
from dlviz.ui.training import Console, change_rate

header("training")
need_torch("training")
chosen = setup(on_rate=change_rate)
slow = slow_seconds()


@st.fragment(run_every=slow)
def run_view() -> None:
    """Buttons, the live view and what comes of the run: what changes with it, and nothing else."""
    if slow_seconds() != slow:
        rerun()
    console = Console()
    with run_in_sight(panel=bool(st.session_state.get("edit"))):
        with st.container(horizontal=True, vertical_alignment="center"):
            console.start_buttons(chosen)
            console.button(Command.PAUSE if console.running else Command.RESUME)
            console.button(Command.STEP)
            console.button(Command.REWIND)
            console.button(Command.STOP)
            console.ways_on()
        console.show(chosen)
    scrub_panel(console.job)
    compare_panel()
    shelf_panel()
    exports_panel(chosen.spec)


run_view()
st.caption(
    "Each step draws a batch, computes the cross-entropy J and moves every weight against its "
    "gradient, w ← w − λ∇J(w). Batch values are measured on the batch just before its update; "
    "held-out values on pictures that are never trained on. One run is an anecdote: "
    "repeat it with other seeds and see how much of the difference stays."
)

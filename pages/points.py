"""Points: from one neuron to a deep net, on points of the plane, under the hand."""

import streamlit as st

from dlviz.core.points.cards import POINT_CARDS
from dlviz.runs.jobs import Command
from dlviz.ui.address import rerun
from dlviz.ui.cards import cards
from dlviz.ui.compare import compare_panel
from dlviz.ui.console import slow_seconds
from dlviz.ui.in_sight import style_page
from dlviz.ui.microscope import microscope_panel
from dlviz.ui.pages import header
from dlviz.ui.points import PointsConsole, change_pace, change_rate, leave_old
from dlviz.ui.points_address import run_cards
from dlviz.ui.points_events import settings_changed
from dlviz.ui.points_exports import points_exports
from dlviz.ui.points_setup import points_setup
from dlviz.ui.points_words import equations
from dlviz.ui.restarts import lay_out, restarts_panel

style_page("points_page.css")
with st.container(gap=None, key="lessons"):
    top = st.container(horizontal=True, vertical_alignment="center")
    with top:
        header("points")
    cards(POINT_CARDS, apply=lay_out, beside=top, runs=run_cards())
settings_changed()  # what follows reads them anew
chosen = leave_old(points_setup(on_rate=change_rate, on_pace=change_pace))
slow = slow_seconds()


@st.fragment(run_every=slow)
def run_view() -> None:
    """Buttons, the network and its run: what changes with it, and nothing else."""
    if slow_seconds() != slow or settings_changed():
        rerun()
    console = PointsConsole(chosen)
    with st.container(horizontal=True, vertical_alignment="center", key="points_buttons"):
        console.start_buttons()
        console.button(Command.PAUSE if console.running else Command.RESUME)
        console.button(Command.STEP)
        console.button(Command.REWIND)
        console.button(Command.STOP)
    console.show()
    equations(console.spec)
    restarts_panel(chosen.spec, chosen.mistake)
    if not chosen.mistake:
        microscope_panel(console.spec, console.status)
    compare_panel(points=True)
    points_exports(chosen.spec)


run_view()

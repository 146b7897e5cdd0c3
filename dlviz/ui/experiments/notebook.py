"""An experimental science: a prediction is locked before its runs, and held against them after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.experiments import SEEDS, Arm
from dlviz.core.predictions import (
    MAX_POINTS,
    MAX_WHY,
    TRIALS,
    Entry,
    Prediction,
    arms_of,
)
from dlviz.io.experiments import read_experiments
from dlviz.ui.console import refuse, refused
from dlviz.ui.controls import save_button
from dlviz.ui.experiments.entries import draw, settle_all
from dlviz.ui.experiments.planned import Trial, choose_trial
from dlviz.ui.experiments.series import follow_series, series_row, status_of_mine, stop
from dlviz.ui.pages import page_file
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from dlviz.ui.views import Spot

_WINNER, _POINTS, _WHY = "predicted winner", "predicted points", "reason predicted"
NOBODY = "No difference that the seeds can tell"


def show(spot: Spot) -> None:
    """On the left what to predict, on the right the notebook, newest entry first."""
    settle_all()
    with spot.controls:
        trial = choose_trial()
        if arms := _awaited():
            st.button("Stop", icon=":material/stop:", on_click=stop)
    with spot.status:
        if sentence := refused():
            st.warning(sentence)
        _waiting(arms)
    left, right = st.columns([2, 3], gap="large")
    with left:
        _form(trial)
    with right:
        _book()


def _awaited() -> list[Arm]:
    """What open entries of the book wait for, while a series of the visitor's is going on."""
    status = status_of_mine()
    if status is None or status.state.final:
        return []
    return [arm for entry in _open() for arm in entry.prediction.arms]


def _open() -> list[Entry]:
    return [entry for entry in visitor().notebook.entries() if not entry.outcomes]


def _waiting(arms: list[Arm]) -> None:
    """How far the series is; as long as an entry is open, a row is kept for that."""
    if not (count := len(_open())):
        return
    waits = "1 prediction waits" if count == 1 else f"{count} predictions wait"
    with series_row():
        st.caption(f"{waits} for runs.", width="stretch")
        if arms:
            follow_series(arms)


def _form(trial: Trial) -> None:
    if not trial.arms:
        st.markdown("**1.** Choose what to train, but do not press Start. **2.** Come back here.")
        st.page_link(page_file("training"), label="**Plan a run**", icon=":material/show_chart:")
        return
    several = len(trial.arms) > 1
    with st.form("prediction", clear_on_submit=True):
        st.markdown(f"**Predict: {trial.title}**")
        if several:
            names = [arm.title for arm in trial.arms]
            seeds = f"held-out accuracy, {trial.seeds} seeds each"
            st.radio(f"Which wins? ({seeds})", [*names, NOBODY], index=None, key=_WINNER)
            st.number_input("By how many points?", 0.0, MAX_POINTS, 2.0, 0.5, key=_POINTS)
        else:
            label = f"Held-out accuracy in per cent, mean of {trial.seeds}"
            st.number_input(label, 0.0, MAX_POINTS, 90.0, 0.5, key=_POINTS)
        st.text_area("Why?", max_chars=MAX_WHY, key=_WHY, height=90, placeholder="Because …")
        st.form_submit_button(
            "Lock the prediction",
            icon=":material/lock:",
            type="primary",
            on_click=_lock,
            args=(trial,),
        )
    st.caption("Once locked it stays as it is; then its runs are made, and it is judged by them.")


def _lock(trial: Trial) -> None:
    """A callback: the book gets what the form says."""
    state = st.session_state
    names = [arm.title for arm in trial.arms]
    chosen = state.get(_WINNER)
    if len(names) > 1 and chosen is None:
        refuse("A prediction needs a winner, or that there is no difference to tell.")
        return
    winner = names.index(chosen) if chosen in names and len(names) > 1 else None
    try:
        visitor().notebook.lock(
            Prediction(
                trial.title,
                trial.arms,
                trial.seeds,
                winner,
                float(state[_POINTS]),
                str(state[_WHY]).strip(),
            )
        )
    except ValueError as error:
        refuse(str(error))


def _book() -> None:
    from dlviz.figures.experiments_notebook import as_json, markdown

    entries = visitor().notebook.entries()
    if not entries:
        st.markdown("**Your notebook is empty.** An entry will look like this one:")
        draw(_example(), 0)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Your notebook**, {len(entries)} of at most 20", width="content")
        save_button("As Markdown", markdown(entries), "dlviz-notebook.md", "text/markdown")
        save_button("As JSON", as_json(entries), "dlviz-notebook.json", "application/json")
    for place, entry in reversed(list(enumerate(entries, start=1))):
        draw(entry, place)


def _example() -> Entry:
    """What came of the recorded runs, held against what many would say."""
    trial = "large_steps"
    name, places = TRIALS[trial]
    found = read_experiments()[name]
    why = "It keeps the values in range, so it learns a little faster."
    prediction = Prediction("Example", arms_of(trial), SEEDS, 1, 5.0, why)
    return Entry("example", 0.0, prediction, tuple(found[place] for place in places), recorded=True)

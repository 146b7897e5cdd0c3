"""An entry of the notebook on the page: the prediction, its runs, and what they say."""

from __future__ import annotations

import streamlit as st

from dlviz.core.experiments import Outcome
from dlviz.core.predictions import TRIALS, Entry, Judgement, arms_of, paired
from dlviz.core.words import grouped
from dlviz.io.experiments import read_experiments
from dlviz.runs.outcomes import outcomes_of
from dlviz.ui.address import as_text
from dlviz.ui.engine import ENGINE
from dlviz.ui.experiments.links import in_the_training_lab
from dlviz.ui.experiments.series import status_of_mine, submit
from dlviz.ui.visitor import visitor


def settle_all() -> None:
    """Hold every open entry against the runs that were made for it, once all have come."""
    for entry in visitor().notebook.entries():
        if not entry.outcomes:
            pairs = came(entry)
            if pairs and len(pairs[0]) >= entry.prediction.seeds:
                visitor().notebook.settle(entry.key, pairs)


def came(entry: Entry) -> list[list[Outcome]]:
    """The visitor's runs of all its arms with the same seeds, begun after it was locked."""
    records = visitor().records.entries()
    arms = entry.prediction.arms
    return paired([outcomes_of(records, arm.spec, since=entry.made) for arm in arms])


def draw(entry: Entry, place: int) -> None:
    """One entry; ``place`` 0 is an example, which cannot be touched."""
    from dlviz.figures.experiments_notebook import BADGES, found, predicted, said

    prediction, judgement = entry.prediction, entry.judgement
    icon, colour = BADGES[judgement]
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            number = f"{place}. " if place else ""
            st.markdown(f"**{number}{as_text(prediction.title)}**", width="content")
            st.badge(str(judgement), icon=icon, color=colour)  # type: ignore[arg-type]
        before, after = st.columns(2)
        before.markdown(f"**Predicted:** {as_text(predicted(prediction))}.")
        if prediction.why:
            before.markdown(f"*{as_text(prediction.why)}*")
        if entry.outcomes:
            source = " (recorded runs)" if entry.recorded else ""
            after.markdown(f"**Found**{source}: {as_text(found(entry))}.")
            after.markdown(said(entry))
        if place:
            _buttons(entry, is_open=judgement is Judgement.OPEN)


def _buttons(entry: Entry, *, is_open: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if is_open:
            _ways_to_judge(entry)
        st.button(
            "Delete",
            icon=":material/delete:",
            key=f"delete {entry.key}",
            on_click=visitor().notebook.remove,
            args=(entry.key,),
        )


def _run(entry: Entry) -> None:
    """A callback: why it could not begin is told above."""
    submit(entry.prediction.series)


def _ways_to_judge(entry: Entry) -> None:
    status = status_of_mine()
    busy = status is not None and not status.state.final
    runs = entry.prediction.series
    st.button(
        f"Run {'it' if len(runs) == 1 else f'all {grouped(len(runs))}'} now",
        icon=":material/play_arrow:",
        key=f"run {entry.key}",
        type="primary",
        disabled=busy or not ENGINE.ready.is_set(),
        on_click=_run,
        args=(entry,),
    )
    if (recorded := _recorded(entry)) is not None:
        st.button(
            "Open the recorded runs",
            icon=":material/inventory_2:",
            key=f"recorded {entry.key}",
            on_click=visitor().notebook.settle,
            args=(entry.key, recorded),
            kwargs={"recorded": True},
        )
    pairs = came(entry)
    if pairs and pairs[0] and not busy:
        st.button(
            f"Judge by the {len(pairs[0])} so far",
            key=f"judge {entry.key}",
            on_click=visitor().notebook.settle,
            args=(entry.key, pairs),
        )
    for arm in entry.prediction.arms:
        label = arm.title if len(entry.prediction.arms) > 1 else "Training lab"
        in_the_training_lab(label, arm.spec)


def _recorded(entry: Entry) -> tuple[tuple[Outcome, ...], ...] | None:
    """What was recorded of exactly these runs."""
    for trial, (name, places) in TRIALS.items():
        if arms_of(trial) == entry.prediction.arms:
            found = read_experiments()[name]
            return tuple(found[place] for place in places)
    return None

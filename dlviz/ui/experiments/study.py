"""One setting differs, several seeds each: the charts, the sentence, and the visitor's own runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.experiments import (
    EXPERIMENTS,
    SEEDS,
    Arm,
    Experiment,
    Outcome,
    at_seeds,
    common_seeds,
)
from dlviz.io.experiments import read_experiments
from dlviz.runs.outcomes import outcomes_of
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.experiments.links import further, in_the_training_lab
from dlviz.ui.experiments.series import Series, series_row
from dlviz.ui.glossary import glossary_link
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from dlviz.ui.views import Spot

MEASURES = {"loss": Named("Held-out loss"), "accuracy": Named("Held-out accuracy")}
WHOSE = {"recorded": Named("Recorded"), "yours": Named("Yours")}
Outcomes = Sequence[Sequence[Outcome]]


def show_study(spot: Spot, offered: Mapping[str, Named], label: str, block: str) -> None:
    """One of the ``offered`` experiments; where there are several, a control called ``label``.

    ``block`` is the glossary's that it is about.
    """
    names = list(offered)
    with spot.controls:
        name = choice(label, offered, key="speed", width=190) if names[1:] else names[0]
        experiment = EXPERIMENTS[name]
        measures = {experiment.measure: MEASURES[experiment.measure], **MEASURES}
        measure = choice("Judged by", measures, key="measure", context=names[0], width=190)
        seeds = number("Seeds counted", 1, SEEDS, SEEDS, key="counted", width=120)
        whose = choice("Whose runs", WHOSE, key="whose", width=140)
        series = Series(experiment)
        series.buttons()
    with spot.status, series_row():
        outcomes, said = _outcomes(name, experiment, whose)
        st.caption(said, width="stretch")
        series.progress()
    counted = common_seeds(outcomes)[:seeds]
    _result(experiment, [at_seeds(found, counted) for found in outcomes], measure)
    _below(experiment, block)


def _outcomes(name: str, experiment: Experiment, whose: str) -> tuple[Outcomes, str]:
    """The visitor's, if they are wanted and each arm has one, else the recorded ones; which."""
    own = [outcomes_of(visitor().records.entries(), arm.spec) for arm in experiment.arms]
    if whose == "yours" and (seeds := common_seeds(own)):
        return own, f"These runs are yours: {len(seeds)} of {SEEDS} seeds."
    if whose == "yours":
        said = "No pair of yours has come to its end yet: these runs are the recorded ones."
        return read_experiments()[name], said
    count = len(experiment.arms) * SEEDS
    said = f"These runs are recorded. Yours would be {count} like them, one after the other."
    return read_experiments()[name], said


def _result(experiment: Experiment, outcomes: Outcomes, measure: str) -> None:
    from dlviz.figures.experiments_charts import over_epochs, seed_by_seed
    from dlviz.figures.experiments_words import ANECDOTE, against, broken, legend_entries
    from dlviz.figures.overlay import STYLE, legend

    arms = experiment.arms
    other = "accuracy" if measure == "loss" else "loss"
    by = (measure,) if arms[2:] else (measure, other)  # of three arms there is enough to read
    with st.container(gap="xsmall"):
        for sentence in against(arms, outcomes, *by):
            st.markdown(sentence)
        if len(outcomes[0]) == 1:
            st.markdown(ANECDOTE)
        st.html(f"<style>{STYLE}</style>{legend(legend_entries(arms, outcomes, measure))}")
    left, right = st.columns(2)
    quiet = {"displaylogo": False, "modeBarButtons": [["toImage"]]}
    left.plotly_chart(over_epochs(arms, outcomes, measure), key="over epochs", config=quiet)
    right.plotly_chart(seed_by_seed(arms, outcomes, measure), key="seed by seed", config=quiet)
    if lost := broken(arms, outcomes):
        st.markdown(lost)
    st.caption(
        "Left: the mean of all seeds, the band goes from the lowest to the highest. Right: a dot "
        "is a run, a thin line joins the runs of one seed, the bar beside them is the mean with "
        "its 95 % interval, Student’s. The differences above are taken seed by seed."
    )


def _below(experiment: Experiment, block: str) -> None:
    from dlviz.figures.experiments_code import code

    said, ways = st.columns([3, 2], gap="large")
    said.markdown(f"**Why.** {experiment.why}")
    said.caption(experiment.setup)
    with ways:
        _arms(experiment.arms)
        glossary_link(block)
    further()
    with st.expander("Show the code"):
        st.code(code(experiment), language="python")


def _arms(arms: Sequence[Arm]) -> None:
    from dlviz.figures.experiments_words import capital

    st.markdown("**Open one run in the training lab**, change it, watch it learn:")
    with st.container(horizontal=True):
        for arm in arms:
            in_the_training_lab(capital(arm.title), arm.spec)

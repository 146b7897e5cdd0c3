"""What a prediction can be about: a prepared pair, two presets, or the run planned elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dlviz.core.experiments import EXPERIMENTS, SEEDS, Arm
from dlviz.core.networks import PRESETS
from dlviz.core.predictions import TRIALS, arms_of
from dlviz.core.specs import RunSpec
from dlviz.runs.naming import name_of_run
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.setup import CHOSEN

PAIR, PLANNED = "presets", "planned"


@dataclass(frozen=True)
class Trial:
    """What shall be predicted. ``title`` is empty where nothing is planned."""

    name: str
    title: str
    arms: tuple[Arm, ...]
    seeds: int


def offered() -> dict[str, Named]:
    """All of them, by their name in the address."""
    prepared = {trial: Named(_title(trial)) for trial in TRIALS}
    more = {PAIR: Named("Two presets"), PLANNED: Named("The run planned in the training lab")}
    return {**prepared, **more}


def _title(trial: str) -> str:
    name, _ = TRIALS[trial]
    return EXPERIMENTS[name].title


def choose_trial() -> Trial:
    """The controls that say what it is about."""
    name = choice("Experiment", offered(), key="trial", width=330)
    if name in TRIALS:
        return Trial(name, _title(name), arms_of(name), SEEDS)
    if name == PAIR:
        one = choice("One", PRESETS, key="one", width=240)
        alike = PRESETS[one].spec.data.name
        others = {
            key: item
            for key, item in PRESETS.items()
            if key != one and item.spec.data.name == alike
        }
        if not others:
            raise ValueError(f"No other preset learns the pictures of “{PRESETS[one].title}”.")
        other = choice("The other", others, key="other", context=alike, width=240)
        arms = tuple(Arm(PRESETS[key].title, PRESETS[key].spec) for key in (one, other))
        return Trial(name, " against ".join(arm.title for arm in arms), arms, _seeds())
    planned = st.session_state.get(CHOSEN)
    if not isinstance(planned, RunSpec):
        return Trial(name, "", (), 1)
    return Trial(name, name_of_run(planned), (Arm("it gets", planned),), _seeds())


def _seeds() -> int:
    return number("Seeds", 1, SEEDS, 3, key="repeats", width=100)

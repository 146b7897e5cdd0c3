"""McCulloch and Pitts’ threshold unit: weights by hand, its truth table, its line. No torch."""

from __future__ import annotations

import re
from functools import partial

import streamlit as st

from dlviz.core.neurons.gates import GATES
from dlviz.figures.neurons_gates import NO_WEIGHTS, code, scene
from dlviz.ui.components.gates import gates_view
from dlviz.ui.neurons.asked import asked
from dlviz.ui.neurons.segments import segments
from dlviz.ui.views import Spot

REACH = 3  # of weights and threshold, as in gates_math.js
_TENTHS = re.compile(r"-?[0-9](\.[0-9])?")


def show(spot: Spot) -> None:
    """A gate to choose, and the unit that computes it."""
    with spot.controls:
        name = segments("Make the unit compute", GATES, key="gate")
    inputs = GATES[name].inputs
    set_by_hand = asked("weights", partial(_check, inputs), spot, context=str(inputs))
    gates_view({**scene(name), **set_by_hand})
    if not GATES[name].possible:
        from dlviz.ui.neurons.views import NEURONS

        st.markdown(NO_WEIGHTS)
        NEURONS.link_to("xor", "See what a hidden layer does about it")
    st.caption(
        "McCulloch and Pitts (1943) thought of a neuron that adds up what comes in and fires if "
        "that reaches a threshold θ. Nothing is learnt: somebody sets the numbers. (Their weights "
        "were all 1, and an inhibiting input silenced the unit outright.)"
    )
    with st.expander("Show the code"):
        st.code(code(GATES[name]), language="python")


def _check(inputs: int, text: str) -> None:
    """Whether these are weights and a threshold as the browser writes them: 1_1_1.5."""
    parts = text[:30].split("_")
    fit = len(parts) == inputs + 1 and all(_TENTHS.fullmatch(part) for part in parts)
    if not (fit and all(abs(float(part)) <= REACH for part in parts)):
        example = "_".join(["1"] * inputs + ["1.5"])
        raise ValueError(
            f"weights are {inputs + 1} numbers from −{REACH} to {REACH}, the threshold last, "
            f"such as {example}"
        )

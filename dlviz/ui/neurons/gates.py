"""McCulloch and Pitts’ threshold unit: weights by hand, its truth table, its line. No torch."""

from __future__ import annotations

import streamlit as st

from dlviz.core.neurons.gates import GATES
from dlviz.figures.neurons_gates import NO_WEIGHTS, code, scene
from dlviz.ui.components.gates import gates_view
from dlviz.ui.neurons.asked import asked
from dlviz.ui.neurons.segments import segments
from dlviz.ui.views import Spot


def show(spot: Spot) -> None:
    """A gate to choose, and the unit that computes it."""
    with spot.controls:
        name = segments("Make the unit compute", GATES, key="gate")
    gates_view({**scene(name), **asked("weights")})
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

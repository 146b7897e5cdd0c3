"""Activation functions under the finger: g(z), its slope, and what a gradient makes of it."""

from __future__ import annotations

import re

import streamlit as st

from dlviz.core.neurons.bends import BENDS, WIDEST
from dlviz.figures.neurons_bends import code, scene, words
from dlviz.ui.components.bends import bends_view
from dlviz.ui.neurons.asked import asked
from dlviz.ui.neurons.segments import segments
from dlviz.ui.theme import theme
from dlviz.ui.views import Spot

_HUNDREDTHS = re.compile(r"-?[0-9](\.[0-9]{1,2})?")  # as in bends_math.js


def show(spot: Spot) -> None:
    """One function to choose, all of them at the same z."""
    from dlviz.ui.neurons.views import NEURONS

    with spot.controls:
        name = segments("Activation function (move over the curve)", BENDS, key="bend")
    bends_view({**scene(name, theme()), **asked("z", _check, spot)})
    st.markdown(words(name))
    NEURONS.link_to("depth", "What ten layers of them do")
    with st.expander("Show the code"):
        st.code(code(name), language="python")


def _check(text: str) -> None:
    if not (_HUNDREDTHS.fullmatch(text) and abs(float(text)) <= WIDEST):
        raise ValueError(f"z is a number from −{WIDEST:g} to {WIDEST:g}")

"""Why images are not given to fully connected layers: weights as bars to scale."""

from __future__ import annotations

import streamlit as st

from dlviz.figures.parameters import (
    STYLE,
    Layers,
    bars,
    code,
    equations,
    ratio_sentence,
    work_sentence,
)
from dlviz.ui.controls import Named, choice, number

WIDTH = 165


PLANES = {"3": Named("3 (colour)"), "1": Named("1 (grey)")}


@st.fragment
def parameters_section() -> None:
    """Header, five numbers, bars and sentences; only this part runs again when one changes.

    The address has the numbers as ``side``, ``planes``, ``units``, ``ksize2`` and ``filters``.
    """
    st.header("Why not fully connected?")
    with st.container(horizontal=True):
        layers = Layers(
            side=number("Image side", 8, 512, 224, key="side", width=WIDTH),
            planes=int(choice("Channels", PLANES, key="planes", width=WIDTH)),
            units=number("Units", 1, 4096, 100, key="units", width=WIDTH),
            kernel=number("Kernel side", 1, 11, 3, key="ksize2", width=WIDTH),
            filters=number("Filters", 1, 512, 100, key="filters", width=WIDTH),
        )
    st.html(f"<style>{STYLE}</style>")
    dense, convolution = equations(layers)
    left, right = st.columns(2)
    with left.container(gap="xsmall"):
        st.markdown("**Fully connected:** every unit has a weight for every number of the image.")
        st.latex(dense)
    with right.container(gap="xsmall"):
        st.markdown("**Convolution:** a filter has one small kernel and slides it everywhere.")
        st.latex(convolution)
    st.markdown(bars(layers), unsafe_allow_html=True)
    st.markdown(
        f"{ratio_sentence(layers)} Biases come on top, one per unit and one per filter: "
        f"{layers.units:,} and {layers.filters:,}."
    )
    st.markdown(work_sentence(layers))
    with st.expander("Show the code"):
        st.code(code(layers), language="python")

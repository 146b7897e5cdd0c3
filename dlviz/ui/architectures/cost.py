"""Accuracy against cost: torchvision's published figures on one chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.zoo.published import DRAWN, PRICED, ZOO_FAMILIES
from dlviz.ui.address import renew
from dlviz.ui.controls import choice, switch
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.ui.views import Spot

FIRST = "vgg16"
_CHART, _BOX, _CHOSEN = "cost_chart", "marked", "clicked in the chart"


def show(spot: Spot) -> None:
    """The chart; a network chosen in it or in the box has its numbers above it."""
    from dlviz.figures.zoo_code import cost_code
    from dlviz.figures.zoo_cost import COSTS, chart, chosen_words, sentence

    with spot.controls:
        cost = choice("Cost", COSTS, key="axis", width=170)
        chosen = choice("Network", {FIRST: PRICED[FIRST], **PRICED}, key=_BOX, width=220)
        later = switch("Trained again, where published", key="again")
        if chosen in DRAWN:
            layers = ({"part": "net", "zoo": chosen},)
            icon = ":material/account_tree:"
            st.button("See its layers", key="its layers", icon=icon, on_click=renew, args=layers)
    st.markdown(f"{sentence(later=later)}  \n{chosen_words(chosen, cost, later=later)}")
    save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
    save["toImageButtonOptions"] = {"filename": f"accuracy-by-{cost}"}
    figure = chart(cost, chosen, later=later, theme=theme())
    st.plotly_chart(figure, key=_CHART, config=save, on_select=_choose, selection_mode="points")
    _small_print()
    with st.expander("Show the code"):
        st.code(cost_code(cost, later=later), language="python")


def _choose() -> None:
    """What was clicked; a second click on the same mark says the same."""
    found = st.session_state[_CHART]["selection"]["points"]
    name = found[0].get("customdata", [""])[0] if found else st.session_state.get(_CHOSEN, "")
    if name in PRICED:
        st.session_state[_BOX] = st.session_state[_CHOSEN] = name


def _small_print() -> None:
    from dlviz.figures.zoo_cost import table

    st.caption(
        f"{len(PRICED)} networks of torchvision, all trained on ImageNet’s 1.28 million pictures "
        "alone and judged on its 50 000 validation pictures. One training each: two of the same "
        "net differ by some tenths. The recipes differ, too: later ones train longer, with more "
        "augmentation. Multiply-adds are no seconds: those depend on the machine."
    )
    with st.expander("The numbers, and where they are from"):
        st.dataframe(table(), hide_index=True)
        papers = "; ".join(f"{family.title}: {family.papers}" for family in ZOO_FAMILIES.values())
        st.markdown(f"Metadata of torchvision’s weights. Papers, whose years these are: {papers}.")

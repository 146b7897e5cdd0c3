"""ImageNet's challenge by year: error, depth, and people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.controls import switch

if TYPE_CHECKING:
    from dlviz.ui.views import Spot


def show(spot: Spot) -> None:
    """The chart with its sentence; the switch takes the entries with further training pictures."""
    from dlviz.figures.zoo_code import imagenet_code
    from dlviz.figures.zoo_imagenet import chart, fall_words, sentence, small_print, table

    with spot.controls:
        extra = switch("With further training pictures, where entered", key="further")
    st.markdown(sentence(extra=extra))
    save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
    save["toImageButtonOptions"] = {"filename": "imagenet-by-year"}
    st.plotly_chart(chart(extra=extra), key="imagenet_chart", config=save)
    st.caption(small_print())
    with st.expander("The numbers, and where they are from"):
        st.dataframe(table(), hide_index=True)
        st.markdown(
            "Russakovsky et al. (2015), arXiv:1409.0575, table 6, section 6.4; Krizhevsky et al. "
            "(2012); He et al. (2015), arXiv:1512.03385; Hu et al. (2018), arXiv:1709.01507; the "
            "challenge’s results pages of 2010 to 2017."
        )
    with st.expander("Show the code"):
        st.code(imagenet_code(extra=extra), language="python")
        st.markdown(fall_words(extra=extra))

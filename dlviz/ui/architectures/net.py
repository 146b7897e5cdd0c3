"""One network of the zoo: its blocks, what each costs, and ways to go on with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.components.zoo import zoo_view
from dlviz.ui.controls import choice
from dlviz.ui.pages import LABS, page_file

if TYPE_CHECKING:
    from dlviz.io.zoo import ZooNet
    from dlviz.ui.views import Spot

FIRST = "googlenet"
SMALL = 64  # pixels: what the training lab trains as it is


def show(spot: Spot) -> None:
    """The strip of blocks with the chosen one's inside; below it the layers in a table."""
    from dlviz.figures.zoo_scene import code, lecture_words, scene, table, total_words
    from dlviz.io.zoo import ZOO, anatomy_of

    with spot.controls:
        name = choice("Network", {FIRST: ZOO[FIRST], **ZOO}, key="zoo", width=220)
        net, found = ZOO[name], anatomy_of(name)
        with st.container(horizontal=True, key="zoo_ways"):
            _ways(net)
    with spot.status:
        st.markdown(total_words(f"{net.title}, {net.year}", net.what, found))
    zoo_view(scene(name, found))
    st.caption(f"{lecture_words(found)} {net.paper}.")
    with st.expander("Layer by layer"):
        st.dataframe(table(found), hide_index=True, height=420)
    with st.expander("Show the code"):
        st.code(code(net.title, net.source, net.picture), language="python")


def _ways(net: ZooNet) -> None:
    """Onto the shelf: into the filters lab, and its small version into the training lab."""
    from dlviz.io.torchvision_models import FETCHED, is_fetched

    if net.model or net.small:
        here = net.model not in FETCHED or is_fetched(net.model)
        label = "Look into it" if net.model else "Look into a small one"
        if not here:
            label = f"{label} (download {FETCHED[net.model].bytes / 1e6:.0f} MB there)"
        st.page_link(
            page_file("filters"),
            label=f"**{label}**",
            icon=LABS["filters"].icon,
            query_params={"model": net.model or net.small},
        )
    if net.preset:
        st.page_link(
            page_file("training"),
            label="**Train it**" if net.picture[1] < SMALL else "**Train a small one**",
            icon=LABS["training"].icon,
            query_params={"preset": net.preset},
        )

"""One network of the zoo: its blocks, what each costs, and ways to go on with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.address import follow, plain, write
from dlviz.ui.components.zoo import zoo_view
from dlviz.ui.controls import choice
from dlviz.ui.pages import LABS, page_file

if TYPE_CHECKING:
    from dlviz.io.zoo import ZooNet
    from dlviz.ui.views import Spot

FIRST, BLOCK = "googlenet", "block"
_NUMBER = re.compile("[0-9]{1,3}")
SMALL = 64  # pixels: what the training lab trains as it is


def show(spot: Spot) -> None:
    """The strip of blocks with the chosen one's inside; below it the layers in a table."""
    from dlviz.figures.zoo_scene import code, lecture_words, scene, table, total_words
    from dlviz.io.zoo import ZOO, anatomy_of

    with spot.controls:
        nets = {FIRST: ZOO[FIRST], **ZOO}
        name = choice("Network", nets, key="zoo", width=220, on_change=_forget_block)
        net, found = ZOO[name], anatomy_of(name)
        with st.container(horizontal=True, key="zoo_ways"):
            _ways(net)
    drawn = scene(name, found)
    sentence = _follow_block(net, len(found.stations), drawn["start"] + 1)
    with spot.status:
        if sentence:
            st.info(sentence)
        st.markdown(total_words(f"{net.title}, {net.year}", net.what, found))
    heading = (f"{net.title}, {net.year}, {found.depth} layers deep", net.what)
    zoo_view({**drawn, "keep": {"heading": heading, "file": f"{name}.png"}})
    st.caption(f"{lecture_words(found)} {net.paper}.")
    with st.expander("Layer by layer"):
        st.dataframe(table(found), hide_index=True, height=420)
    with st.expander("Show the code"):
        st.code(code(net.title, net.source, net.picture), language="python")


def _follow_block(net: ZooNet, count: int, opening: int) -> str:
    """The component writes the chosen block into the address; here it is read and mended."""

    def read(text: str) -> int:
        if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= count:
            raise ValueError(f"{net.title} has blocks 1 to {count}, not “{plain(text)}”")
        return int(text)

    sentence = follow(BLOCK, read, opening, context=net.name, widget=False)
    write(BLOCK, st.session_state[BLOCK], opening, context=net.name)
    return sentence


def _forget_block() -> None:
    """Another network opens on its own block, not on the one with that number."""
    st.query_params.pop(BLOCK, None)


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

"""Milestones from 1943 to 2017: a line to choose from, a picture or number each, ways to try."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.milestones import FIRST_WINTER, MILESTONES
from dlviz.figures.milestone_code import MILESTONE_CODE, NO_CODE
from dlviz.figures.milestone_pictures import PICTURES, picture
from dlviz.ui.address import follow, plain, renew, write
from dlviz.ui.components.timeline import timeline
from dlviz.ui.heroes import hero
from dlviz.ui.pages import EVERY, page_file
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.core.milestone import Milestone, Way
    from dlviz.ui.views import Spot

KEY = "event"
FIRST = "mcculloch_pitts"
_LINE = "milestones"


def show(spot: Spot) -> None:
    """The line, and below it what was chosen."""
    if sentence := follow(KEY, _read, FIRST, widget=False):
        spot.status.info(sentence)
    chosen = MILESTONES[st.session_state[KEY]]
    timeline(_scene(chosen), key=_LINE, on_choice=_choose)
    with st.container(key="milestone"):
        _milestone(chosen)
    write(KEY, chosen.name, FIRST)


def _read(text: str) -> str:
    if text not in MILESTONES:
        raise ValueError(f"a milestone “{plain(text)}”")
    return text


def _choose() -> None:
    st.session_state[KEY] = str(st.session_state[_LINE]["choice"])


def _scene(chosen: Milestone) -> dict[str, Any]:
    return {
        "entries": [
            {"name": item.name, "year": item.year, "when": item.when, "title": item.title}
            for item in MILESTONES.values()
        ],
        "at": list(MILESTONES).index(chosen.name),
        "scale": [[1943, 0], [1986, 0.25], [2006, 0.37], [2012, 0.46], [2018, 1]],
        "years": [1943, 1957, 1969, 1986, 2000, 2010, *range(2012, 2018)],
        "winter": list(FIRST_WINTER),
        "keep": {
            "card": [
                (f"{chosen.year}: {chosen.title}", 26, 700),
                (chosen.who, 17, 700),
                (chosen.text, 17, 400),
                (f"Source: {chosen.source}.", 15, 400),
            ],
            "picture": ".st-key-milestone img",
            "file": f"{chosen.year}-{chosen.name}.png",
        },
    }


def _milestone(chosen: Milestone) -> None:
    drawn, told = st.columns([5, 6], gap="large", vertical_alignment="center")
    with drawn:
        if chosen.picture and chosen.picture not in PICTURES:
            hero(chosen.picture)
        else:
            st.html(f'<div style="max-width: 560px; margin: auto">{_image(chosen)}</div>')
    with told:
        st.subheader(f"{chosen.year}: {chosen.title}", anchor=False)
        st.markdown(f"**{chosen.who}**\n\n{chosen.text}")
        with st.container(horizontal=True, key="ways"):
            for way in chosen.ways:
                _link(way)
        st.caption(f"Source: {chosen.source}.")
    if chosen.name in NO_CODE:
        st.caption(NO_CODE[chosen.name])
    else:
        with st.expander("Show the code"):
            st.code(MILESTONE_CODE[chosen.name], language="python")


def _image(chosen: Milestone) -> str:
    """Streamlit takes SVG out of HTML; as a picture it may stay."""
    drawn, words = picture(chosen, theme())
    source = f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
    return f'<img src="{source}" alt="{escape(words)}" style="width: 100%; display: block">'


def _link(way: Way) -> None:
    if way.page == "architectures":
        # This page itself: a link would leave the address of the milestone behind.
        words = f"go {' '.join(way.settings.values())}"
        st.button(
            way.label, key=words, icon=EVERY[way.page].icon, on_click=renew, args=(way.settings,)
        )
    elif page_file(way.page).is_file():
        icon = EVERY[way.page].icon
        st.page_link(
            page_file(way.page), label=f"**{way.label}**", icon=icon, query_params=way.settings
        )

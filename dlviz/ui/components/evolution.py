"""Channels by snapshots of a training, with a scrubber that plays through it; asks no server.

Every number and picture comes from ``dlviz.figures.evolution``. Where one is stands in the page's
address as ``step``, ``row`` (a channel) and ``show``, so that a link reproduces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.ui.components.files import bundle, read


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    return bundle(
        "scale.js",
        "theme.js",
        "picture.js",
        "maps_address.js",
        "gif_colours.js",
        "gif.js",
        "stepper_film.js",
        "film_view.js",
        "evolution_words.js",
        "evolution_draw.js",
        "evolution.js",
    )


_mount = st.components.v2.component(
    "dlviz_evolution",
    html=read("evolution.html"),
    css=bundle("frame.css", "film_view.css", "evolution.css"),
    js=script(),
)


def evolution_view(data: Mapping[str, Any], *, key: str = "evolution") -> None:
    """Show ``scene`` of ``dlviz.figures.evolution``."""
    # What the address asks for is said with the numbers: a card or a link then brings an update.
    asked = {name: st.query_params.get(name) for name in ("step", "row", "show")}
    _mount(key=key, data={**data, "asked": asked})

"""Feature maps, a canvas in the page: through the layers and their maps without asking the server.

Every number comes from ``dlviz.figures.maps``; the script colours, sorts and outlines. Where one is
stands in the page's address as ``at`` (the layer), ``map``, ``sort`` and ``scale``, so that a link
reproduces it; reruns keep it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.figures.colours import MAGNITUDE, SIGNED
from dlviz.ui.components.files import bundle, read


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    return bundle(
        "scale.js",
        "theme.js",
        "picture.js",
        "maps_address.js",
        "maps_data.js",
        "maps_words.js",
        "maps_draw.js",
        "maps.js",
    )


_mount = st.components.v2.component(
    "dlviz_maps", html=read("maps.html"), css=bundle("frame.css", "maps.css"), js=script()
)
_TABLES = {**SIGNED, "magnitude": MAGNITUDE}
_SCALES = {name: base64.b64encode(table.tobytes()).decode() for name, table in _TABLES.items()}


def maps(data: Mapping[str, Any], *, key: str = "maps") -> None:
    """Show ``maps_data`` of ``dlviz.figures.maps``."""
    # What the address asks for is said with the numbers: a card or a link then brings an update.
    asked = {name: st.query_params.get(name) for name in ("at", "map", "sort", "scale")}
    _mount(key=key, data={**data, "scales": _SCALES, "asked": asked})

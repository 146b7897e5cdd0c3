"""One learning step in stages: a network, its equations and its numbers, without the server.

All numbers come from ``dlviz.figures.microscope``; the script writes them down and steps. The stage
stands in the page's address as ``stage``, counted from 1, so that a link reproduces it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.figures.colours import SIGNED
from dlviz.ui.components.files import bundle, read


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    return bundle(
        "scale.js",
        "theme.js",
        "picture.js",
        "live_words.js",
        "stepper_address.js",
        "microscope_stages.js",
        "microscope_words.js",
        "microscope_tables.js",
        "microscope_net.js",
        "microscope_picture.js",
        "walk_hands.js",
        "microscope_hands.js",
        "microscope.js",
    )


_mount = st.components.v2.component(
    "dlviz_microscope", html=read("microscope.html"), css=read("microscope.css"), js=script()
)
_SCALES = {theme: base64.b64encode(table.tobytes()).decode() for theme, table in SIGNED.items()}


def microscope(data: Mapping[str, Any], *, key: str = "microscope_view") -> None:
    """Show ``microscope_data`` of ``dlviz.figures.microscope``."""
    _mount(key=key, data={**data, "scales": _SCALES})

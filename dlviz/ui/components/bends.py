"""Activation functions under the finger, canvases in the page that ask no server.

Python has tabulated them; z stands in the page's address as ``z``.
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
        "bends_math.js",
        "bends_draw.js",
        "bends.js",
    )


_mount = st.components.v2.component(
    "dlviz_bends", html=read("bends.html"), css=bundle("frame.css", "bends.css"), js=script()
)


def bends_view(data: Mapping[str, Any], *, key: str = "bends") -> None:
    """Show ``scene`` of ``dlviz.figures.neurons_bends``; with it ``asked`` of the address."""
    _mount(key=key, data=dict(data))

"""A threshold unit under the hand, a canvas in the page that asks no server.

Its weights stand in the page's address as ``weights``; the same sums as ``dlviz.core.neurons``.
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
        "maps_address.js",
        "gates_math.js",
        "gates_draw.js",
        "gates.js",
    )


_mount = st.components.v2.component(
    "dlviz_gates", html=read("gates.html"), css=bundle("frame.css", "gates.css"), js=script()
)
SCALES = {theme: base64.b64encode(table.tobytes()).decode() for theme, table in SIGNED.items()}


def gates_view(data: Mapping[str, Any], *, key: str = "gates") -> None:
    """Show ``scene`` of ``dlviz.figures.neurons_gates``; with it ``asked`` of the address."""
    _mount(key=key, data={**data, "scales": SCALES})

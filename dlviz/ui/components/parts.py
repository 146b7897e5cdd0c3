"""Covered parts of several pictures with their Δ; boxes that the visitor draws.

Every number comes from ``dlviz.figures.parts``. Which part is looked at stands in the page's
address as ``part``; no server is asked for another one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        "parts_boxes.js",
        "parts_rows.js",
        "parts_picture.js",
        "parts.js",
    )


_mount = st.components.v2.component(
    "dlviz_parts", html=read("parts.html"), css=bundle("frame.css", "parts.css"), js=script()
)


def parts_view(data: Mapping[str, Any], *, key: str, on_boxes: Callable[[], None]) -> None:
    """Show ``parts_data`` of ``dlviz.figures.parts``; saved files are called ``data["file"]``.

    Where a box was drawn, ``on_boxes`` is called and finds {"scene", "boxes": "x0.y0.x1.y1_…"} at
    ``st.session_state[key]["boxes"]``.
    """
    asked = st.query_params.get("part")
    _mount(key=key, data={**data, "asked": asked}, on_boxes_change=on_boxes)

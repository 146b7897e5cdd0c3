"""A picture before and after a kernel, with a loupe that shows the numbers under the pointer.

The script computes the map after by itself, from the same pixels, in the same order and to the
same bytes as ``dlviz.figures.filtering``: a map that Python sent as well would double the message.
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
        "numbers.js",
        "loupe_math.js",
        "loupe_text.js",
        "loupe_draw.js",
        "loupe.js",
    )


_mount = st.components.v2.component(
    "dlviz_loupe", html=read("loupe.html"), css=bundle("frame.css", "loupe.css"), js=script()
)
_SCALES = {theme: base64.b64encode(table.tobytes()).decode() for theme, table in SIGNED.items()}


def loupe(
    data: Mapping[str, Any], *, before: str, after: str, file: str, key: str = "loupe"
) -> None:
    """Show ``Filtered.loupe`` of ``dlviz.figures.filtering``; the titles stand above the pictures.

    ``file`` is the name of the saved PNG.
    """
    data = {**data, "scales": _SCALES, "before": before, "after": after, "file": file}
    _mount(key=key, data=data)

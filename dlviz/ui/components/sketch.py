"""A sheet for one drawing of 28×28 pixels, sent stroke by stroke."""

from __future__ import annotations

import base64
from functools import cache

import streamlit as st

from dlviz.ui.components.draw import read_ink
from dlviz.ui.components.files import bundle, read


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    return bundle("draw_ink.js", "draw_sheet.js", "sketch.js")


_mount = st.components.v2.component(
    "dlviz_sketch",
    html=read("sketch.html"),
    css=read("draw.css") + read("sketch.css"),
    js=script(),
)


def sketch(before: bytes, *, key: str) -> bytes:
    """The sheet → its ink, 784 bytes row by row, 0 is paper; ``before`` until it is drawn on.

    What has not the form of a drawing is passed over.
    """
    text = base64.b64encode(before).decode()
    result = _mount(key=key, data={"ink": text}, on_ink_change=lambda: None)
    sent = read_ink(getattr(result, "ink", None))
    return before if sent is None else sent

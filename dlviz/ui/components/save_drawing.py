"""A button that saves a drawing of the page as PNG: the browser, which shows it, paints the file.

A drawing is an SVG image; Pillow could not letter it, its own font knows Latin letters only.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache

import streamlit as st

from dlviz.ui.components.files import bundle, read


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    return bundle("scale.js", "theme.js", "picture.js", "save_drawing.js")


_mount = st.components.v2.component(
    "dlviz_save_drawing", html=read("save_drawing.html"), css=read("frame.css"), js=script()
)


def save_drawing(svg: bytes, name: str, words: Sequence[str]) -> None:
    """Offer an SVG image as the file ``name`` (.png), twice as large as it is drawn.

    ``words`` stand above it in the file: a title, then the settings and what was found.
    """
    if not name.endswith(".png") or not words:
        raise ValueError("A drawing is saved as PNG, with words that say what it is.")
    data = {"svg": base64.b64encode(svg).decode(), "name": name, "words": list(words)}
    _mount(key=f"save {name}", data=data)

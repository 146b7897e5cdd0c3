"""Drawings on the page, each with a way to keep it."""

from __future__ import annotations

import base64
import re

import streamlit as st

from dlviz.ui.components.save_drawing import save_drawing

_SOURCE = re.compile(r'src="data:image/svg\+xml;base64,([^"]+)"')


def drawing(html: str, name: str, *words: str) -> None:
    """Show HTML that holds one SVG image, and offer it as the PNG file ``name``.

    ``words`` stand above it in the file: a title, then the settings and what was found.
    """
    st.html(html)
    found = _SOURCE.search(html)
    if found is None:
        raise ValueError(f"There is no drawing to save as {name}.")
    save_drawing(base64.b64decode(found[1]), name, words)

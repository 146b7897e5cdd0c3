"""A picture that was grown to excite a unit, as a film in the page; asks no server."""

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
        "gif_colours.js",
        "gif.js",
        "stepper_film.js",
        "film_view.js",
        "dream_draw.js",
        "dream.js",
    )


_mount = st.components.v2.component(
    "dlviz_dream",
    html=read("dream.html"),
    css=bundle("frame.css", "film_view.css", "dream.css"),
    js=script(),
)


def dream_view(data: Mapping[str, Any], *, key: str = "dream") -> None:
    """Show ``scene`` of ``dlviz.figures.maximise``."""
    _mount(key=key, data=data)

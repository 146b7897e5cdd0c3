"""A picture that takes on another one's style, as a film between the two; asks no server."""

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
        "style_film_draw.js",
        "style_film.js",
    )


_mount = st.components.v2.component(
    "dlviz_style_film",
    html=read("style_film.html"),
    css=bundle("frame.css", "film_view.css", "style_film.css"),
    js=script(),
)


def style_film(data: Mapping[str, Any], *, key: str = "style_film") -> None:
    """Show ``style_scene`` of ``dlviz.figures.style``."""
    _mount(key=key, data=data)

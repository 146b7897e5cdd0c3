"""The plane of two directions, a canvas in the page: a finger walks over it, no server is asked.

Every answer comes from ``dlviz.figures.attack_plane``; the script adds the steps to the picture,
byte for byte as Python does. The point stands in the page's address as ``spot``; reruns keep it.
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
        "gif_colours.js",
        "gif.js",
        "stepper_film.js",
        "maps_address.js",
        "plane_data.js",
        "plane_draw.js",
        "plane_save.js",
        "plane.js",
    )


_mount = st.components.v2.component(
    "dlviz_plane", html=read("plane.html"), css=read("plane.css"), js=script()
)


def plane_view(data: Mapping[str, Any], *, key: str = "plane") -> None:
    """Show ``plane_data`` of ``dlviz.figures.attack_plane``."""
    _mount(key=key, data={**data, "asked": st.query_params.get("spot")})

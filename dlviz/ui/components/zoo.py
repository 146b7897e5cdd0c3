"""A network as a strip of blocks, and the inside of the chosen one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.ui.components.files import bundle, read


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    shared = ("scale.js", "theme.js", "picture.js", "svg_paint.js", "maps_address.js")
    return bundle(*shared, "zoo_inside.js", "zoo_save.js", "zoo.js")


_mount = st.components.v2.component(
    "dlviz_zoo", html=read("zoo.html"), css=bundle("frame.css", "zoo.css"), js=script()
)


def zoo_view(data: Mapping[str, Any], *, key: str = "zoo_strip") -> None:
    """Show the scene of ``dlviz.figures.zoo_scene``; the address has the chosen ``block``.

    ``data["keep"]``: a saved picture's ``heading`` (two lines) and its ``file``'s name.
    """
    _mount(key=key, data={**data, "asked": st.query_params.get("block")})

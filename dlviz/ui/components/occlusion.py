"""A square that is dragged over a picture, with the maps of what the net answers by its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.ui.components.files import bundle, read


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    return bundle("scale.js", "theme.js", "occlusion_words.js", "occlusion.js")


_mount = st.components.v2.component(
    "dlviz_occlusion",
    html=read("occlusion.html"),
    css=bundle("frame.css", "occlusion.css"),
    js=script(),
)


def occlusion_view(data: Mapping[str, Any], *, key: str, on_at: Callable[[], None]) -> None:
    """Show a sweep; ``data`` as made by ``dlviz.figures.occlusion_scene``.

    Where the square was put down, ``on_at`` is called and finds {"scene", "corner": [row, column]}
    at ``st.session_state[key]["at"]``. Another ``data["scene"]`` means another picture or square:
    its place starts anew at ``data["start"]``.
    """
    _mount(key=key, data=data, on_at_change=on_at)

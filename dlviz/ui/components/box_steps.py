"""Boxes on pictures, decided one step at a time, with a curve beside them: no server is asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.ui.components.files import bundle, read


@cache
def script() -> str:
    """The component's ES modules as one text."""
    return bundle("scale.js", "theme.js", "picture.js", "box_steps_draw.js", "box_steps.js")


_mount = st.components.v2.component(
    "dlviz_box_steps",
    html=read("box_steps.html"),
    css=read("frame.css") + read("box_steps.css"),
    js=script(),
)


def box_steps(data: Mapping[str, Any], *, key: str) -> None:
    """Show ``data`` of ``dlviz.figures.detection_steps``; another ``scene`` begins anew."""
    _mount(key=key, data=data)

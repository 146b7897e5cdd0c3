"""Milestones on a line, to choose one from by click or by arrow keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.ui.components.files import bundle, read


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    shared = ("scale.js", "theme.js", "picture.js", "svg_paint.js")
    return bundle(*shared, "timeline_layout.js", "timeline_save.js", "timeline.js")


_mount = st.components.v2.component(
    "dlviz_timeline",
    html=read("timeline.html"),
    css=bundle("frame.css", "timeline.css"),
    js=script(),
)


def timeline(data: Mapping[str, Any], *, key: str, on_choice: Callable[[], None]) -> None:
    """Show ``entries`` (name, year, when, title) with the one at ``at`` chosen.

    ``scale``: years and their places 0…1, straight in between; ``years`` are written below,
    ``winter`` is a band from one year to another. ``keep`` is what a saved picture has below the
    line: ``card`` (words, size and weight of each paragraph), ``picture`` (a CSS selector of the
    page's image beside it) and the ``file``'s name. What is chosen is found at
    ``st.session_state[key]["choice"]``, by its name.
    """
    _mount(key=key, data=data, on_choice_change=on_choice)

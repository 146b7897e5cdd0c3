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
    modules = "scale.js", "theme.js", "picture.js", "medical_plot.js", "box_steps_draw.js"
    return bundle(*modules, "box_steps.js")


DECIDED = "decided"
_mount = st.components.v2.component(
    "dlviz_box_steps",
    html=read("box_steps.html"),
    css=read("frame.css") + read("box_steps.css"),
    js=script(),
)


def box_steps(data: Mapping[str, Any], *, key: str) -> str:
    """Show ``data`` of ``dlviz.figures.detection_steps``; another ``scene`` begins anew.

    The browser keeps the step in the address, as ``decided``; a sentence where a link asks there
    for what is no step, which leaves it then.
    """
    asked, last, sentence = st.query_params.get(DECIDED), len(data["steps"]) - 1, ""
    # As the browser reads it; int() refuses thousands of digits.
    short = asked is None or (len(asked) <= 3 and asked.isascii() and asked.isdigit())
    if not short or int(asked or 0) > last:
        begin_anew()
        asked = None
        sentence = f"The link asks for what is not there: a step is from 0 to {last}."
    _mount(key=key, data={**data, "asked": asked, "lesson": st.session_state.get("try")})
    return sentence


def begin_anew() -> None:
    """The step belongs to what was decided before. Call where a control asks for another."""
    st.query_params.pop(DECIDED, None)

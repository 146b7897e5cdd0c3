"""The deconvnet step by step in the browser: the ladder of stages, and the pictures of one step.

All numbers come from ``dlviz.figures.deconv``; stepping asks no server. The step stands in the
page's address as ``step``, counted from 1.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.figures.colours import SIGNED
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
        "stepper_address.js",
        "deconv_data.js",
        "deconv_draw.js",
        "deconv_picture.js",
        "walk_hands.js",
        "deconv_hands.js",
        "deconv.js",
    )


_mount = st.components.v2.component(
    "dlviz_deconv", html=read("deconv.html"), css=read("deconv.css"), js=script()
)
_SCALES = {theme: base64.b64encode(table.tobytes()).decode() for theme, table in SIGNED.items()}


def descent(data: Mapping[str, Any], *, rules: Mapping[str, str], file: str, key: str) -> None:
    """Show ``descent_data`` of ``dlviz.figures.deconv``; saved files are called ``file``.

    A place that was clicked in the unit's map is found at ``st.session_state[key]["spot"]`` as
    [row, column], a rule that was chosen at ``["rule"]``, each for one run of the page.
    """
    _mount(
        key=key,
        data={**data, "rules": dict(rules), "file": file, "scales": _SCALES},
        on_spot_change=_nothing,
        on_rule_change=_nothing,
    )


def _nothing() -> None:
    """The page's run that follows reads what was told."""

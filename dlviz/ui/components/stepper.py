"""The convolution stepper, a canvas in the page that steps without asking the server.

It draws what ``dlviz.figures.convolution.stepper_data`` computed and does no arithmetic of its
own. Its step lives in the browser and, once it rests, in the page's address as ``step`` (counted
from 1), so a link reproduces it; reruns keep it.
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
        "stepper_text.js",
        "stepper_layout.js",
        "stepper_draw.js",
        "stepper.js",
    )


_mount = st.components.v2.component(
    "dlviz_stepper", html=read("stepper.html"), css=read("stepper.css"), js=script()
)


def stepper(data: Mapping[str, Any], *, key: str = "stepper") -> None:
    """Show the stepper; ``data`` as made by ``dlviz.figures.convolution.stepper_data``."""
    _mount(key=key, data=dict(data))

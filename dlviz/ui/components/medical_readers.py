"""Four readers and a program, judged by one another's labels.

``dlviz.figures.medical_readers`` works out all that it shows for each place of its slider;
the browser looks it up and keeps the place in the page's address. No server is asked.
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
        "medical_plot.js",
        "medical_readers_save.js",
        "medical_readers.js",
    )


_mount = st.components.v2.component(
    "dlviz_medical_readers",
    html=read("medical_readers.html"),
    css=read("frame.css") + read("medical.css"),
    js=script(),
)


def readers_view(data: Mapping[str, Any], *, key: str = "four") -> None:
    """Show ``readers_data``; the place is ``noise`` in the address.

    Another lesson card may set it anew.
    """
    asked, lesson = st.query_params.get("noise"), st.session_state.get("try")
    _mount(key=key, data={**data, "asked": asked, "lesson": lesson})

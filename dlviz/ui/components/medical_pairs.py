"""CheXNet's table as intervals, and two readers whose mistakes go together.

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
    return bundle("scale.js", "theme.js", "picture.js", "medical_plot.js", "medical_pairs.js")


_mount = st.components.v2.component(
    "dlviz_medical_pairs",
    html=read("medical_pairs.html"),
    css=read("frame.css") + read("medical.css"),
    js=script(),
)


def pairs_view(data: Mapping[str, Any], *, key: str = "pairs") -> None:
    """Show ``pairs_data``; the place is ``alike`` in the address.

    Another lesson card may set it anew.
    """
    asked, lesson = st.query_params.get("alike"), st.session_state.get("try")
    _mount(key=key, data={**data, "asked": asked, "lesson": lesson})

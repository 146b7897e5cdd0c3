"""Pictures under a slider and three charts, a canvas in the page: it asks no server.

Every number comes from ``dlviz.figures.invariance``. The slider's value stands in the page's
address as ``by``, so that a link reproduces it; reruns keep it.
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
        "maps_address.js",
        "invariance_warp.js",
        "invariance_words.js",
        "invariance_charts.js",
        "invariance.js",
    )


_mount = st.components.v2.component(
    "dlviz_invariance",
    html=read("invariance.html"),
    css=bundle("frame.css", "invariance.css"),
    js=script(),
)


def invariance(data: Mapping[str, Any], *, key: str = "invariance") -> None:
    """Show ``invariance_data`` of ``dlviz.figures.invariance``."""
    _mount(key=key, data={**data, "asked": st.query_params.get("by")})

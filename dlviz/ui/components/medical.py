"""The medical views' canvases: a threshold, a pair of readers, four readers, under the finger.

Everything they show is worked out by ``dlviz.figures.medical_*`` for each place of the slider; the
browser looks up and keeps the place in the page's address. No server is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.ui.components.files import bundle, read


@cache
def script(name: str) -> str:
    """A component's ES modules as one text; a test runs it under Node."""
    return bundle("scale.js", "theme.js", "picture.js", "medical_plot.js", f"medical_{name}.js")


def _component(name: str) -> Any:
    return st.components.v2.component(
        f"dlviz_medical_{name}",
        html=read(f"medical_{name}.html"),
        css=read("frame.css") + read("medical.css"),
        js=script(name),
    )


def _asked(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """``data`` with the place that the address asks for, and the lesson that may have set it."""
    lesson = st.session_state.get("try")
    return {**data, "asked": st.query_params.get(name), "lesson": lesson}


_threshold = _component("threshold")


def threshold_view(data: Mapping[str, Any], *, key: str = "threshold") -> None:
    """Show ``threshold_data`` of ``dlviz.figures.medical_threshold``; the place is ``cut``."""
    _threshold(key=key, data=_asked(data, "cut"))


_pairs = _component("pairs")
_readers = _component("readers")


def pairs_view(data: Mapping[str, Any], *, key: str = "pairs") -> None:
    """Show ``pairs_data`` of ``dlviz.figures.medical_readers``; the place is ``alike``."""
    _pairs(key=key, data=_asked(data, "alike"))


def readers_view(data: Mapping[str, Any], *, key: str = "four") -> None:
    """Show ``readers_data`` of ``dlviz.figures.medical_readers``; the place is ``noise``."""
    _readers(key=key, data=_asked(data, "noise"))


_training = _component("training")


def training_view(data: Mapping[str, Any], *, key: str = "learning") -> None:
    """Show ``training_data`` of ``dlviz.figures.medical_training``; the place is ``frame``."""
    _training(key=key, data=_asked(data, "frame"))

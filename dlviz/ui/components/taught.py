"""The live view of a taught run: canvases fed by the live channel, no rerun while it learns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dlviz.figures.colours import CLASS_COLOURS
from dlviz.ui.components.files import bundle, read
from dlviz.ui.components.live import LABELS

MODULES = (
    "scale.js",
    "theme.js",
    "picture.js",
    "live_words.js",
    "live_canvas.js",
    "live_draw.js",
    "live_feed.js",
    "taught_draw.js",
    "taught.js",
)


def script() -> str:
    """The component's whole script."""
    return bundle(*MODULES)


_mount = st.components.v2.component(
    "dlviz_taught",
    html=read("taught.html"),
    css=read("frame.css") + read("taught.css"),
    js=script(),
)


def taught_view(
    data: Mapping[str, Any],
    *,
    key: str,
    on_state: Callable[[], None],
    on_blocked: Callable[[], None],
) -> None:
    """Show a run. ``data``: ``path``, ``job``, ``token``, ``session`` and ``state`` of the job, or
    a ``recorded`` frame to show before there is one; ``measure`` is what its accuracy is called,
    ``name`` begins a saved file's name, ``hint`` is a line of text.

    ``on_state`` is called, and the page rerun, when the job's state changes; ``on_blocked`` when
    the channel cannot be reached.
    """
    _mount(
        key=key,
        data={**data, "labels": LABELS, "colours": list(CLASS_COLOURS)},
        on_state_change=on_state,
        on_blocked_change=on_blocked,
    )

"""The live view of a run: canvases fed by the live channel, no rerun while it trains."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dlviz.figures.colours import SIGNED
from dlviz.ui.components.files import bundle, read

LABELS: dict[str, str] = {
    "none": "ready",
    "recorded": "recorded",
    "queued": "waiting",
    "running": "training",
    "paused": "paused",
    "done": "done",
    "stopped": "stopped",
    "failed": "failed",
}

VIEWS = ("curves", "layers", "mistakes")
MODULES = (
    "scale.js",
    "theme.js",
    "picture.js",
    "live_words.js",
    "live_canvas.js",
    "live_draw.js",
    "live_layers.js",
    "live_mistakes.js",
    "live_findings.js",
    "live_hands.js",
    "live_feed.js",
    "live_views.js",
    "live.js",
)


def script() -> str:
    """The component's whole script."""
    return bundle(*MODULES)


def read_view(text: str) -> str:
    """A view's name from the address; ValueError for one that is not there."""
    if text not in VIEWS:
        raise ValueError(f"there are the views {', '.join(VIEWS)}")
    return text


_mount = st.components.v2.component(
    "dlviz_live", html=read("live.html"), css=read("live.css"), js=script()
)
_SCALES = {theme: base64.b64encode(table.tobytes()).decode() for theme, table in SIGNED.items()}


def live_view(
    data: Mapping[str, Any],
    *,
    key: str,
    on_state: Callable[[], None],
    on_blocked: Callable[[], None],
    on_view: Callable[[], None],
) -> None:
    """Show a run. ``data``: ``path``, ``job``, ``token``, ``session`` and ``state`` of the job, or
    a ``recorded`` frame to show before there is one; ``hint`` is a line of text, ``view`` which of
    ``VIEWS`` is open.

    ``on_state`` is called, and the page rerun, when the job's state changes; ``on_blocked`` when
    the channel cannot be reached; ``on_view`` when a hand has opened another view, whose name
    stands at ``st.session_state[key]["view"]`` then.
    """
    _mount(
        key=key,
        data={**data, "labels": LABELS, "scales": _SCALES},
        on_state_change=on_state,
        on_blocked_change=on_blocked,
        on_view_change=on_view,
    )

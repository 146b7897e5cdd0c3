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
) -> None:
    """Show a run. ``data``: ``path``, ``job``, ``token``, ``session`` and ``state`` of the job, or
    a ``recorded`` frame to show before there is one; ``hint`` is a line of text.

    ``on_state`` is called, and the page rerun, when the job's state changes; ``on_blocked`` when
    the channel cannot be reached.
    """
    _mount(
        key=key,
        data={**data, "labels": LABELS, "scales": _SCALES},
        on_state_change=on_state,
        on_blocked_change=on_blocked,
    )

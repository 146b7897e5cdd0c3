"""The lab of 2-D points: network, surface and curves on canvases fed by the live channel.

The server sends weights; what the network says everywhere is computed in the browser, by the
formulas of ``dlviz.core.points``, so that a weight under the finger shows its surface at once.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.figures.colours import CLASS_COLOURS, MAGNITUDE, SIGNED
from dlviz.ui.components.files import bundle, read
from dlviz.ui.components.live import LABELS

VIEWS = ("surface", "hidden", "loss")
# Classes 0 and 1 are the blue and the orange of the signed scale, whatever their number.
CLASSES = {
    theme: [CLASS_COLOURS[at] for at in places]
    for theme, places in {"light": (4, 5, 2, 6), "dark": (1, 0, 2, 6)}.items()
}


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    return bundle(
        "scale.js",
        "theme.js",
        "numbers.js",
        "picture.js",
        "gif_colours.js",
        "gif.js",
        "stepper_film.js",
        "live_words.js",
        "live_canvas.js",
        "live_draw.js",
        "live_hands.js",
        "live_feed.js",
        "points_net.js",
        "points_field.js",
        "points_layout.js",
        "points_words.js",
        "points_track.js",
        "points_surface.js",
        "points_paint_net.js",
        "points_curves.js",
        "points_heads.js",
        "points_box.js",
        "points_hands.js",
        "points_hidden.js",
        "points_loss.js",
        "points_brush.js",
        "points_views.js",
        "points_loss_view.js",
        "points_save.js",
        "points_message.js",
        "points_room.js",
        "points_setting.js",
        "points.js",
    )


def read_points_view(text: str) -> str:
    """A view's name from the address; ValueError for one that is not there."""
    if text not in VIEWS:
        raise ValueError(f"there are the views {', '.join(VIEWS)}")
    return text


_mount = st.components.v2.component(
    "dlviz_points", html=read("points.html"), css=read("points.css"), js=script()
)
_SCALES = {
    name: base64.b64encode(table.tobytes()).decode()
    for name, table in {**SIGNED, "magnitude": MAGNITUDE}.items()
}


def points_view(
    data: Mapping[str, Any],
    *,
    key: str,
    on_state: Callable[[], None],
    on_blocked: Callable[[], None],
    on_view: Callable[[], None],
    on_edit: Callable[[], None],
    on_shape: Callable[[], None],
    on_painted: Callable[[], None],
) -> None:
    """Show a network of points and its run.

    ``data``: ``path``, ``job``, ``token``, ``session`` and ``state`` of the job as in
    ``live_view``; ``scene`` (``task``, ``rule``, ``features``, ``classes``, ``train`` and ``test``
    as [[x, y, label], …], ``activations`` {name: title}, ``most_units``, ``most_layers``,
    ``editable``, ``paint``); without a job ``net`` ({"step", "layers"}) or ``recorded``, a whole
    frame with its track; ``frame``, one brought by a rerun where the channel is blocked; ``hint``,
    a line of text; ``slow``, why the picture moves once a second only; ``view``, which of
    ``VIEWS`` is open.

    What happened stands at ``st.session_state[key]``: ``edit`` {"name", "value", "serial"},
    ``shape`` {"hidden", "serial"}, ``painted`` {"points", "serial"}, ``view``, ``state``,
    ``blocked``; ``serial`` grows, so that the same edit twice is two edits.
    """
    # Triggers, not states: a view that comes back from another page must not send an old edit.
    _mount(
        key=key,
        data={**data, "labels": LABELS, "scales": _SCALES, "colours": CLASSES},
        on_state_change=on_state,
        on_blocked_change=on_blocked,
        on_view_change=on_view,
        on_edit_change=on_edit,
        on_shape_change=on_shape,
        on_painted_change=on_painted,
    )

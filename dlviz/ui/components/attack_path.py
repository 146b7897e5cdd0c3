"""The path of an attack, canvases in the page: stepped, scrubbed and played without the server.

Everything that the net says comes from ``dlviz.figures.attack_path_scene``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        "gif_colours.js",
        "gif.js",
        "fgsm_math.js",
        "attack_path_math.js",
        "attack_path_draw.js",
        "attack_path_save.js",
        "attack_path.js",
    )


_mount = st.components.v2.component(
    "dlviz_attack_path", html=read("attack_path.html"), css=read("attack_path.css"), js=script()
)


def attack_path(
    data: Mapping[str, Any],
    *,
    key: str,
    on_at: Callable[[], None],
    on_area: Callable[[], None],
) -> None:
    """Show a path; ``data`` as made by ``dlviz.figures.attack_path_scene.scene``, and besides:

    ``start`` and ``asked``: the step to begin at and the one that a link asks for; ``mask``: None
    or {kind, area}, the outline of what may change; ``title`` and ``file``: for what is saved.
    Where the hand has rested, ``on_at`` finds {scene, step} at ``st.session_state[key]["at"]``;
    a rectangle or disk that was dragged over the picture is {kind, area} at its ``"area"``.
    """
    _mount(key=key, data=data, on_at_change=on_at, on_area_change=on_area)

"""FGSM opened, canvases in the page: ε follows the finger, x + ε·s is added up in the browser.

Gradient, signs and everything that the net says come from ``dlviz.figures.fgsm_scene``.
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
        "fgsm_words.js",
        "fgsm_draw.js",
        "fgsm_save.js",
        "fgsm.js",
    )


_mount = st.components.v2.component(
    "dlviz_fgsm", html=read("fgsm.html"), css=read("fgsm.css"), js=script()
)


def fgsm_view(data: Mapping[str, Any], *, key: str, on_at: Callable[[], None]) -> None:
    """Show a studied picture; ``data`` as made by ``dlviz.ui.adversarial.opened``.

    Where the finger has rested, ``on_at`` is called and finds {"scene", "eps", "side"} at
    ``st.session_state[key]["at"]``. Another ``data["scene"]`` is another picture, ``data["start"]``
    another wish for ε: both begin at ``data["eps"]``.
    """
    _mount(key=key, data=data, on_at_change=on_at)

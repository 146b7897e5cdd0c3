"""The convolution stepper, a canvas in the page that steps without asking the server.

It draws what ``dlviz.figures.stepping.stepper_data`` says and adds up the products itself, so
that an edited cell shows at once. Its step lives in the browser and, once it rests, in the page's
address as ``step`` (counted from 1), so a link reproduces it; reruns keep it.
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
        "numbers.js",
        "stepper_math.js",
        "stepper_text.js",
        "stepper_layout.js",
        "stepper_address.js",
        "stepper_paint.js",
        "stepper_sum.js",
        "stepper_draw.js",
        "stepper_stage.js",
        "stepper_edit.js",
        "stepper_film.js",
        "stepper_play.js",
        "stepper_hints.js",
        "stepper_hands.js",
        "stepper.js",
    )


_mount = st.components.v2.component(
    "dlviz_stepper", html=read("stepper.html"), css=read("stepper.css"), js=script()
)


def stepper(
    data: Mapping[str, Any],
    *,
    edition: int,
    opening: int,
    asked: int | None,
    on_edit: Callable[[], None],
    key: str = "stepper",
) -> None:
    """Show the stepper; ``data`` as made by ``dlviz.figures.stepping.stepper_data``.

    Where a cell was changed by hand, ``on_edit`` is called and finds {"edition", "image",
    "kernels"} at ``st.session_state[key]["edit"]``: all numbers as they are now, and a number that
    counts the edits. ``edition`` is the last such number that ``data`` already contains.
    Where ``opening`` is another one, another view was opened, at step ``asked`` (from 1).
    """
    known = {"edition": edition, "opening": opening, "asked": asked}
    _mount(key=key, data={**data, **known}, on_edit_change=on_edit)

"""A box to drag over a picture with a true box: intersection over union under the hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.ui.components.files import bundle, read


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    return bundle("scale.js", "theme.js", "picture.js", "iou_math.js", "iou.js")


_mount = st.components.v2.component(
    "dlviz_iou", html=read("iou.html"), css=read("frame.css") + read("iou.css"), js=script()
)


def iou_view(data: Mapping[str, Any], *, key: str, on_box: Callable[[], None]) -> None:
    """Show ``scene``: ``png``, ``width``, ``height``, ``truth``, the box to ``start`` at, ``file``.

    ``box``: the one that a link asks for, or None. Where the hand has rested ``on_box`` finds
    {scene, box} at ``st.session_state[key]["box"]``.
    """
    _mount(key=key, data=data, on_box_change=on_box)

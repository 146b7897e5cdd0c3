"""The table of layers: a network that is edited, reordered and extended by hand.

Edits show in the browser at once and are sent when the hand rests for a moment; what they mean
(shapes, counts, mistakes) Python answers. Undo belongs to the browser.
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
        "layers_edit.js",
        "layers_text.js",
        "layers_strip.js",
        "layers_rows.js",
        "layers_drag.js",
        "layers.js",
    )


_CSS = "".join(map(read, ("layers.css", "layers_strip.css", "layers_phone.css")))
_mount = st.components.v2.component("dlviz_layers", html=read("layers.html"), css=_CSS, js=script())


def layer_table(data: Mapping[str, Any], *, key: str, on_edit: Callable[[], None]) -> None:
    """Show the table; ``data`` as made by ``dlviz.ui.network.network_panel``.

    Where the network was edited, ``on_edit`` is called and finds {"edition", "stamp", "layers"} at
    ``st.session_state[key]["edit"]``: all layers as they are now, and a number that counts the
    edits. ``data["edition"]`` is the last one that ``data`` already answers; another
    ``data["stamp"]`` says that another network was opened.
    """
    # A trigger, not a state: a table that comes back from another page must not send an old edit.
    _mount(key=key, data=data, on_edit_change=on_edit)

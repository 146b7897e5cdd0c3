"""A grid of small pictures out of one sheet: with a line of text each, or to pick one from."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from math import ceil, sqrt

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dlviz.figures.compose import png_bytes, tile
from dlviz.ui.components.files import bundle, read

_mount = st.components.v2.component(
    "dlviz_tiles", html=read("tiles.html"), css=read("tiles.css"), js=bundle("tiles.js")
)


def tiles(
    pictures: NDArray[np.uint8],
    names: Sequence[str],
    *,
    key: str,
    texts: Sequence[str] = (),
    columns: int = 0,
    linked: str = "",
    selected: int | None = None,
    on_pick: Callable[[], None] | None = None,
) -> None:
    """Show N×h×w×3 pictures, enlarged with hard edges, ``columns`` to a row (0: what fits).

    ``names`` are read aloud and shown as tooltips, ``texts`` stand below. Grids with the same
    ``linked`` text light up together: the same place in each is the same picture. With
    ``on_pick`` one of them is ``selected`` and another can be picked, by mouse, or by arrow
    keys and Enter; the page then finds its number at ``st.session_state[key]["pick"]``.
    """
    across = ceil(sqrt(len(pictures)))
    sheet = png_bytes(tile(pictures, across, pad=0))
    data = {
        "sheet": base64.b64encode(sheet).decode(),
        "across": across,
        "width": pictures.shape[2],
        "height": pictures.shape[1],
        "names": list(names),
        "texts": list(texts),
        "columns": columns,
        "linked": linked,
        "selected": selected,
        "pick": on_pick is not None,
    }
    _mount(key=key, data=data, on_pick_change=on_pick or _nothing)


def _nothing() -> None:
    """Nobody picks here."""

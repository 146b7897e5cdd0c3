"""A grid of small pictures out of one sheet: with a line of text each, or to pick one from."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import streamlit as st

from dlviz.figures.sheets import Sheet
from dlviz.ui.components.files import bundle, read


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    return bundle("tiles_ahead.js", "tiles.js")


_mount = st.components.v2.component(
    "dlviz_tiles", html=read("tiles.html"), css=read("tiles.css"), js=script()
)


@dataclass(frozen=True)
class Ahead:
    """How a click is answered ahead of the rerun: all grids of one ``token`` change together.

    ``path`` with the token and a number gives ``pictures`` of each ``grid`` as JSON (see
    ``dlviz.ui.ahead``); ``number``: what the grids show. Without a token only the rerun answers.
    """

    path: str
    token: str
    grid: str
    number: int


def pictures(sheet: Sheet, names: Sequence[str], texts: Sequence[str] = ()) -> dict[str, Any]:
    """A grid's pictures as its script reads them, plain JSON."""
    return {
        "sheet": base64.b64encode(sheet.png).decode(),
        "across": sheet.across,
        "width": sheet.width,
        "height": sheet.height,
        "names": list(names),
        "texts": list(texts),
    }


def tiles(
    sheet: Sheet,
    names: Sequence[str],
    *,
    key: str,
    texts: Sequence[str] = (),
    columns: int = 0,
    smallest: int = 44,
    linked: str = "",
    selected: int | None = None,
    on_pick: Callable[[], None] | None = None,
    ahead: Ahead | None = None,
) -> None:
    """Show the pictures of a sheet, enlarged with hard edges, ``columns`` to a row.

    With ``columns`` 0 there are as many as fit, each at least ``smallest`` CSS pixels wide.

    ``names`` are read aloud and shown as tooltips, ``texts`` stand below. Grids with the same
    ``linked`` text light up together: the same place in each is the same picture. With
    ``on_pick`` one of them is ``selected`` and another can be picked, by mouse, or by arrow
    keys and Enter; the page then finds its number at ``st.session_state[key]["pick"]``.
    ``ahead``: what is picked is shown before the page has been run.
    """
    data = {
        **pictures(sheet, names, texts),
        "columns": columns,
        "smallest": smallest,
        "linked": linked,
        "selected": selected,
        "pick": on_pick is not None,
        "ahead": asdict(ahead) if ahead else None,
    }
    _mount(key=key, data=data, on_pick_change=on_pick or _nothing)


def _nothing() -> None:
    """Nobody picks here."""

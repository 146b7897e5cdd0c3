"""A sheet to draw on: the visitor's drawings, each added to a class that they name."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dlviz.ui.components.files import bundle, read

SIDE = 28
MAX_DRAWINGS = 400
MAX_LABEL = 30
MAX_ID = 40


@dataclass
class Drawings:
    """What was drawn so far, by the id that the browser gave it; at most ``MAX_DRAWINGS``.

    The browser sends what it does not yet see here again and again: an id is taken once.
    """

    kept: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def add(self, sent: object) -> None:
        """Take what the browser sent; what has not the form of a drawing is passed over."""
        for item in sent if isinstance(sent, list) else []:
            one = _read(item)
            if one and len(self.kept) < MAX_DRAWINGS and one[0] not in {*self.kept, *self.gone}:
                self.kept[one[0]] = one[1:]

    def remove(self, drawing: object) -> None:
        """Take one drawing away, even one that is still on its way."""
        number = str(drawing)[:MAX_ID]
        self.kept.pop(number, None)
        self.gone = [*self.gone[-MAX_DRAWINGS:], number]

    @property
    def by_class(self) -> dict[str, list[NDArray[np.uint8]]]:
        """Class name → its drawings, uint8 28×28, in the order of their coming."""
        found: dict[str, list[NDArray[np.uint8]]] = {}
        for label, ink in self.kept.values():
            found.setdefault(label, []).append(np.frombuffer(ink, np.uint8).reshape(SIDE, SIDE))
        return found


def _read(item: object) -> tuple[str, str, bytes] | None:
    """(id, class name, 784 bytes) of one drawing, None if it has another form."""
    if not isinstance(item, dict):
        return None
    number, label, pixels = item.get("id"), item.get("label"), read_ink(item.get("ink"))
    if not (isinstance(number, str) and isinstance(label, str)) or pixels is None:
        return None
    label = " ".join(label.split())[:MAX_LABEL]
    return (number, label, pixels) if 0 < len(number) <= MAX_ID and label else None


def read_ink(sent: object) -> bytes | None:
    """The 784 bytes of a drawing that a browser sent as base64, None if it has another form."""
    if not isinstance(sent, str):
        return None
    try:
        pixels = base64.b64decode(sent[:2000], validate=True)
    except (binascii.Error, ValueError):
        return None
    return pixels if len(pixels) == SIDE * SIDE else None


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    return bundle("draw_ink.js", "draw_sheet.js", "draw.js")


_mount = st.components.v2.component(
    "dlviz_draw", html=read("draw.html"), css=read("draw.css"), js=script()
)


def draw(
    drawings: Drawings, told: str, *, key: str, on_change: Callable[[], None] = lambda: None
) -> None:
    """Show the sheet and what was drawn so far; ``told`` is one sentence beside it.

    Drawings are added to ``drawings`` and taken from it before the next run of the page.
    """

    def added() -> None:
        drawings.add((st.session_state.get(key) or {}).get("added"))
        on_change()

    def removed() -> None:
        drawings.remove((st.session_state.get(key) or {}).get("removed"))
        on_change()

    data: dict[str, Any] = {
        "kept": list(_as_sent(drawings.kept.items())),
        "gone": drawings.gone,
        "full": len(drawings.kept) >= MAX_DRAWINGS,
        "told": told,
    }
    _mount(key=key, data=data, on_added_change=added, on_removed_change=removed)


def _as_sent(kept: Iterable[tuple[str, tuple[str, bytes]]]) -> Iterable[dict[str, str]]:
    for number, (label, ink) in kept:
        yield {"id": number, "label": label, "ink": base64.b64encode(ink).decode()}

"""Some pictures of a data set, and the button that fetches one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import streamlit as st

from dlviz.figures.sheets import Sheet, sheet_of
from dlviz.ui.components.tiles import tiles
from dlviz.ui.fetching import fetch_button

if TYPE_CHECKING:
    from torch import Tensor

SHOWN = 20
SMALLEST = 84  # CSS pixels


def samples(key: str, classes: Sequence[str]) -> None:
    """``SHOWN`` held-out pictures, every class in turn, with the class's name on each."""
    from dlviz.ui.data import held_out_of, is_own

    try:
        pixels, labels = held_out_of(key)
    except ValueError as error:
        st.info(str(error))
        return
    make = _own_sheet if is_own(key) else _shared_sheet
    sheet, chosen = make(key, pixels, labels)
    names = [classes[label] for label in chosen]
    few = len(names) < SHOWN
    width: Literal["stretch"] | int = len(names) * (SMALLEST + 6) if few else "stretch"
    with st.container(width=width):  # a few pictures would grow as large as the page
        tiles(sheet, names, key="samples", texts=names, smallest=SMALLEST)


def _sheet(pixels: Tensor, labels: Tensor) -> tuple[Sheet, list[int]]:
    from dlviz.figures.augmentation import in_turn
    from dlviz.figures.walls import as_pictures

    order = in_turn(labels, SHOWN)
    return sheet_of(as_pictures(pixels[order])), labels[order].tolist()


@st.cache_data(max_entries=32, show_spinner=False)
def _shared_sheet(key: str, _pixels: Tensor, _labels: Tensor) -> tuple[Sheet, list[int]]:  # noqa: ARG001
    return _sheet(_pixels, _labels)


@st.cache_data(scope="session", max_entries=8, show_spinner=False)
def _own_sheet(key: str, _pixels: Tensor, _labels: Tensor) -> tuple[Sheet, list[int]]:  # noqa: ARG001
    return _sheet(_pixels, _labels)


def fetch_panel(name: str) -> bool:
    """A button that fetches a registered download, with progress → whether the data is here."""
    from dlviz.io.downloads import SETS, download, is_here

    return fetch_button(
        name,
        SETS[name].bytes,
        is_here=lambda: is_here(name),
        download=lambda: download(name),
    )

"""Where a run is shown: in sight on a phone, and while something above it is unfolded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.figures.board import PAPER
from dlviz.ui.components.files import read
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def style_page(name: str) -> None:
    """Add to this page the rules of a file in ``components/``: what surrounds its live view."""
    st.html(f"<style>{read(name)}</style>")


def run_in_sight(*, panel: bool) -> DeltaGenerator:
    """A container for buttons and live view, the first of a fragment's.

    With a ``panel`` unfolded above it, it waits at the screen's lower edge until the page is
    scrolled to where it stands.
    """
    styles = read("live_page.css")
    if panel:
        paper = f":root {{ --paper: rgb{PAPER[theme()]}; }}"
        styles = f"{styles}{paper}{read('live_dock.css')}"
    st.html(f"<style>{styles}</style>")
    return st.container(key="run")

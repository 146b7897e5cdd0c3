"""What the medical views look at: generated chests, or MedMNIST's pictures once they are here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from dlviz.ui.views import Spot

CAUTION = (
    "**Generated, not patients.** Grey 64×64 pictures drawn by a program; nothing here can tell "
    "anybody whether they are ill, and no number says how good a program is in a hospital."
)


def caution(words: str = CAUTION) -> None:
    """The sentence that stands below every view of pictures."""
    st.caption(f":material/health_and_safety: {words}")


def place_asked(key: str, usual: int, most: int, what: str, spot: Spot) -> int:
    """The place of a slider that the browser moves, as the address says it; else ``usual``.

    What is no such place gets one sentence.
    """
    asked = st.query_params.get(key, str(usual))
    if asked.isascii() and asked.isdigit() and int(asked) <= most:
        return int(asked)
    spot.status.info(f"The link asks for what is not there: {what} is from 0 to {most}.")
    return usual

"""What the medical views look at: generated chests, or MedMNIST's pictures once they are here."""

from __future__ import annotations

import streamlit as st

CAUTION = (
    "**Generated, not patients.** Grey 64×64 pictures drawn by a program; nothing here can tell "
    "anybody whether they are ill, and no number says how good a program is in a hospital."
)


def caution(words: str = CAUTION) -> None:
    """The sentence that stands below every view of pictures."""
    st.caption(f":material/health_and_safety: {words}")

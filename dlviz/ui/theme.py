"""Which colours the visitor's browser shows now."""

from __future__ import annotations

import streamlit as st


def theme() -> str:
    """ "light" or "dark", as pictures are drawn; light until the browser has told."""
    return "dark" if st.context.theme.type == "dark" else "light"

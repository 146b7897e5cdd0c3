"""What only the browser writes into the address, and whether a link or a lesson has asked anew."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlviz.ui.address import follow, write


def asked(key: str) -> dict[str, Any]:
    """``asked``: the address's text or None; ``turn``: another number whenever that is news.

    A component that has moved on since needs both: a lesson may ask for the same text again.
    """
    text = st.query_params.get(key)
    follow(key, lambda _: object(), object(), widget=False)  # news: another object
    write(key, text, None)
    seen, turn = st.session_state.get(f"{key} turn", (None, 0))
    if seen is not st.session_state[key]:
        turn += 1
    st.session_state[f"{key} turn"] = (st.session_state[key], turn)
    return {"asked": text, "turn": turn}

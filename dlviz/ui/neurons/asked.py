"""What only the browser writes into the address, and whether a link or a lesson has asked anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dlviz.ui.address import follow, write
from dlviz.ui.views import Spot


def asked(
    key: str, check: Callable[[str], None], spot: Spot, *, context: str = ""
) -> dict[str, Any]:
    """``asked``: the address's text or None; ``turn``: another number whenever that is news.

    A component that has moved on since needs both: a lesson may ask for the same text again. What
    ``check`` refuses (by a ValueError with the end of a sentence) is told and leaves the address;
    silently where another ``context`` has left it there.
    """

    def news(text: str) -> object:
        check(text)
        return object()

    known = st.session_state.get(f"{key} of") in {None, context}
    sentence = follow(key, news, object(), context=context, widget=False)
    if sentence and known:
        spot.status.info(sentence)
    text = st.query_params.get(key)
    if text is not None and not _passes(check, text):
        text = None
    write(key, text, None, context=context)
    seen, turn = st.session_state.get(f"{key} turn", (None, 0))
    if seen is not st.session_state[key]:
        turn += 1
    st.session_state[f"{key} turn"] = (st.session_state[key], turn)
    return {"asked": text, "turn": turn}


def _passes(check: Callable[[str], None], text: str) -> bool:
    try:
        check(text)
    except ValueError:
        return False
    return True

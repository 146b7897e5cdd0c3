"""A row of segments of which one is chosen, bound to the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlviz.ui.address import follow, plain, write


def segments(label: str, options: Mapping[str, str], *, key: str, **settings: Any) -> str:
    """Let the visitor choose one of ``options`` (name → what is written) → its name.

    The first is the default and not in the address; an unknown one there gets one sentence. The
    ``label`` is read aloud only. ``settings`` go to ``st.segmented_control``.
    """
    names = list(options)

    def read(text: str) -> str:
        if text not in options:
            raise ValueError(f"“{plain(text)}” as {label.lower()}")
        return text

    if sentence := follow(key, read, names[0]):
        st.info(sentence)
    if st.session_state[key] not in options:  # it was offered before, now it is not
        st.session_state[key] = names[0]
    chosen = st.segmented_control(
        label,
        names,
        key=key,
        format_func=lambda name: options[name],
        required=True,
        label_visibility="collapsed",
        **settings,
    )
    write(key, chosen, names[0])
    return str(chosen)

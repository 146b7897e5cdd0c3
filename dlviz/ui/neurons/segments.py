"""A row of choices that all stand in sight, bound to the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dlviz.ui.address import follow, plain, write
from dlviz.ui.controls import Titled


def segments(
    label: str, registry: Mapping[str, Titled], *, key: str, context: str = "", **options: Any
) -> str:
    """Let the visitor choose an entry of a registry → its name; as ``controls.choice``, in a row.

    What was chosen in another ``context`` counts no more. ``options`` go to
    ``st.segmented_control``.
    """
    names = list(registry)
    asked = label.partition(" (")[0]  # without what to do with it

    def read(text: str) -> str:
        if text not in registry:
            raise ValueError(f"“{plain(text)}” as {asked.lower()}")
        return text

    if sentence := follow(key, read, names[0], context=context):
        st.info(sentence)
    if st.session_state[key] not in registry:  # it was offered before, now it is not
        st.session_state[key] = names[0]
    name = str(
        st.segmented_control(
            label,
            names,
            default=st.session_state[key],
            key=key,
            format_func=lambda item: registry[item].title,
            required=True,
            **options,
        )
    )
    write(key, name, names[0], context=context)
    return name

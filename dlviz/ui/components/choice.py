"""A select box whose choice is in the page's address by its registry name.

Streamlit's own ``bind="query-params"`` writes what is shown ("Sobel, left to right"), so a link
would break when a title is reworded. Registry names are short and stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import streamlit as st


class Titled(Protocol):
    """A registry's entry: it has a title to show."""

    @property
    def title(self) -> str: ...


def choice(label: str, registry: Mapping[str, Titled], *, key: str, **options: Any) -> str:
    """Let the visitor choose an entry of a registry → its name.

    ``key`` is also the address's parameter, left out for the first entry, the default. An
    unknown name in the address counts as the default. ``options`` go to ``st.selectbox``.
    """
    names = list(registry)
    written = f"{key} in the address"
    asked = st.query_params.get(key)
    # The address wins where it is not what we wrote: a link was opened, or Back pressed.
    if key not in st.session_state or asked != st.session_state.get(written):
        st.session_state[key] = asked if asked in registry else names[0]
    name: str = st.selectbox(
        label, names, key=key, format_func=lambda item: registry[item].title, **options
    )
    wanted = None if name == names[0] else name
    if wanted is None and asked is not None:
        del st.query_params[key]
    elif wanted is not None and wanted != asked:
        st.query_params[key] = wanted
    st.session_state[written] = wanted
    return name

"""Choices in the page's address: a link reproduces them, a reload and a way back restore them.

Streamlit's own ``bind="query-params"`` writes what is shown ("Sobel, left to right"), so a link
would break when a title is reworded, and it raises where a number in the address overflows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

_WRITTEN = " in the address"
_FORGOTTEN = object()  # equal to nothing that an address can hold


def follow(key: str, read: Callable[[str], Any], default: Any, *, context: str = "") -> str:
    """Prepare the widget ``key``: from the address where that is news, else as it was.

    Who comes back from another page without an address finds the last choice again; where what
    the choice depends on (``context``) is another, it becomes ``default``. ``read`` turns the
    address's text into a value or raises ValueError with the end of a sentence, which is returned
    for the visitor. Call ``write`` with the widget's value afterwards.
    """
    asked = st.query_params.get(key)
    # News is what we did not write: a link was opened, or Back pressed.
    news = asked != st.session_state.get(f"{key}{_WRITTEN}")
    here = key in st.session_state
    sentence = ""
    if asked is not None and (news or not here):
        try:
            st.session_state[key] = read(asked)
        except ValueError as error:
            st.session_state[key] = default
            sentence = f"The link asks for what is not there: {error}."
    elif not here:
        st.session_state[key] = _kept(key, read, context, default)
    elif news or context != st.session_state.get(f"{key} of"):
        st.session_state[key] = default
    st.session_state[f"{key} of"] = context
    return sentence


def _kept(key: str, read: Callable[[str], Any], context: str, default: Any) -> Any:
    """The choice before the visitor went to another page, if it still makes sense."""
    of, text = st.session_state.get(f"{key} kept", ("", None))
    try:
        return read(text) if text is not None and of == context else default
    except ValueError:
        return default


def write(key: str, value: Any, default: Any, *, context: str = "") -> None:
    """Keep the address in step; a default is left out."""
    wanted = None if value == default else str(value)
    if wanted is None:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != wanted:
        st.query_params[key] = wanted
    st.session_state[f"{key}{_WRITTEN}"] = wanted
    st.session_state[f"{key} kept"] = (context, wanted)


def renew(settings: Mapping[str, str]) -> None:
    """Put another view into the address, as if a link to it had been opened. Call in a callback."""
    for key in list(st.session_state):
        if str(key).endswith(_WRITTEN):
            st.session_state[key] = _FORGOTTEN
    st.query_params.from_dict(dict(settings))


def plain(text: str, most: int = 30) -> str:
    """A stranger's text, short and without what Markdown would read as markup."""
    return "".join(letter for letter in text[:most] if letter.isalnum() or letter in " -.,")

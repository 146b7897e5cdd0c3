"""Choices in the page's address: a link reproduces them, a reload and a way back restore them.

Streamlit's own ``bind="query-params"`` writes what is shown ("Sobel, left to right"), so a link
would break when a title is reworded, and it raises where a number in the address overflows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

BEHIND_SECONDS = 2.0

_WRITTEN = " in the address"
_REPLACED = " before that"
_VALUE = " as written"
_KEPT = " kept"
_LOOSE = " in no widget"
_TOUCHED = "a control was touched"
_OWN_RUN = "the page runs by itself"
_BY_ITSELF = "this run is the page's own"
_SAID = " said"
_PAGE = "page of the address"
_FORGOTTEN = object()  # equal to nothing that an address can hold


def follow(
    key: str,
    read: Callable[[str], Any],
    default: Any,
    *,
    context: str = "",
    widget: bool = True,
) -> str:
    """Prepare the widget ``key``: from the address where that is news, else as it was.

    Who comes back from another page without an address finds the last choice again; where what
    the choice depends on (``context``) is another, it becomes ``default``. ``read`` turns the
    address's text into a value or raises ValueError with the end of a sentence, which is returned
    for the visitor. Call ``write`` with the widget's value afterwards. Without ``widget`` the value
    is only kept in the session, under ``key``.
    """
    if not widget:
        forget_elsewhere(key)
    asked = st.query_params.get(key)
    # News is what we did not write: a link was opened, or Back pressed.
    news = asked != st.session_state.get(f"{key}{_WRITTEN}") and not _late(key, asked)
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
    if st.session_state.get(_BY_ITSELF):  # the last run has said it for a moment only
        sentence = sentence or st.session_state.get(f"{key}{_SAID}", "")
    st.session_state[f"{key}{_SAID}"] = sentence
    return sentence


def begin(page: str) -> None:
    """Call before the first control of a page: notes whether a control brought this run about.

    What no widget holds is forgotten on the way to another page, as Streamlit forgets widgets.
    """
    if page != st.session_state.get(_PAGE):
        for key in [key for key in st.session_state if _is(key, _LOOSE)]:
            st.session_state.pop(str(key).removesuffix(_LOOSE), None)
    st.session_state[_PAGE] = page
    watched = [str(key).removesuffix(_VALUE) for key in st.session_state if _is(key, _VALUE)]
    own = st.session_state[_BY_ITSELF] = st.session_state.pop(_OWN_RUN, False)
    st.session_state[_TOUCHED] = own or any(_touched(key) for key in watched)


def forget_elsewhere(key: str) -> None:
    """What the session holds under ``key`` counts on this page, as a widget's value does."""
    st.session_state[f"{key}{_LOOSE}"] = True


def rerun() -> None:
    """``st.rerun`` by the page itself: an older address that comes with it is no way back."""
    st.session_state[_OWN_RUN] = True
    st.rerun()


def _is(key: object, suffix: str) -> bool:
    return str(key).endswith(suffix)


def _touched(key: str) -> bool:
    """Whether the control has another value than when the address was written."""
    value = f"{key}{_VALUE}"
    known = key in st.session_state and value in st.session_state
    return known and st.session_state[key] != st.session_state[value]


def _late(key: str, asked: str | None) -> bool:
    """Whether the address is only behind.

    Who clicks fast sends the address that was there before our last answer came; it is the click
    that counts then. Back in the browser sends an old address too, but no control has changed.
    """
    if not (st.session_state.get(_TOUCHED) or _touched(key)):
        return False
    replaced: dict[str | None, float] = st.session_state.get(f"{key}{_REPLACED}", {})
    return time.monotonic() - replaced.get(asked, -BEHIND_SECONDS) < BEHIND_SECONDS


def _replace(key: str, before: Any, now: str | None) -> None:
    """Remember for a while that the address of ``key`` was ``before``."""
    at = time.monotonic()
    known = st.session_state.get(f"{key}{_REPLACED}", {})
    recent = {text: since for text, since in known.items() if at - since < BEHIND_SECONDS}
    recent[before] = at
    recent.pop(now, None)
    st.session_state[f"{key}{_REPLACED}"] = recent


def _kept(key: str, read: Callable[[str], Any], context: str, default: Any) -> Any:
    """The choice before the visitor went to another page, if it still makes sense."""
    of, text = st.session_state.get(f"{key}{_KEPT}", ("", None))
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
    before = st.session_state.get(f"{key}{_WRITTEN}")
    if before != wanted:
        _replace(key, before, wanted)
    st.session_state[f"{key}{_WRITTEN}"] = wanted
    if key in st.session_state:
        st.session_state[f"{key}{_VALUE}"] = st.session_state[key]
    st.session_state[f"{key}{_KEPT}"] = (context, wanted)


def renew(settings: Mapping[str, str]) -> None:
    """Put another view into the address, as if a link to it had been opened. Call in a callback."""
    forget(settings)
    st.query_params.from_dict(dict(settings))


def forget(settings: Mapping[str, str]) -> None:
    """Let only ``settings``, another view's address, say what its controls hold."""
    for written in [str(key) for key in st.session_state if _is(key, _WRITTEN)]:
        key = written.removesuffix(_WRITTEN)
        # A click that is on its way with the address of before must not undo this.
        _replace(key, st.session_state[written], settings.get(key))
        st.session_state[written] = _FORGOTTEN
        # Nor may a control that this view has not, and another one has again, remember more.
        st.session_state.pop(f"{key}{_KEPT}", None)


def plain(text: str, most: int = 30) -> str:
    """A stranger's text, short and without what Markdown would read as markup."""
    return "".join(letter for letter in text[:most] if letter.isalnum() or letter in " -.,")


def as_text(words: str) -> str:
    """Anybody's words, whole, such that Markdown shows them as they are."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+-.!|$:~<>" else sign for sign in words)

"""Controls that are bound to the page's address: choices from a registry, numbers, switches.

Each widget gets its current value as its default, too: one that the browser draws only later would
otherwise show its lowest value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import streamlit as st

from dlviz.core.words import limit
from dlviz.ui.address import follow, plain, write

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

Number = TypeVar("Number", int, float)
_ROW = '[data-testid="stLayoutWrapper"]:has(> .st-key-{})'


class Titled(Protocol):
    """A registry's entry: it has a title to show."""

    @property
    def title(self) -> str: ...


@dataclass(frozen=True)
class Named:
    """An entry that is nothing but its title."""

    title: str


def _within(label: str) -> str:
    """A label within a sentence: "Drop above IoU" → "drop above IoU"."""
    words = label.split(" ")
    return " ".join(word.lower() if word[1:] == word[1:].lower() else word for word in words)


def choice(
    label: str,
    registry: Mapping[str, Titled],
    *,
    key: str,
    context: str = "",
    explained: bool = False,
    **options: Any,
) -> str:
    """Let the visitor choose an entry of a registry → its name.

    ``key`` is also the address's parameter: the registry name, left out for the first entry, the
    default. An unknown name in the address gets one sentence (unless it is ``explained`` by the
    caller) and the default; so does what was chosen in another ``context``, silently. ``options``
    go to ``st.selectbox``.
    """
    names = list(registry)

    def read(text: str) -> str:
        if text not in registry:
            raise ValueError(f"“{plain(text)}” as {_within(label)}")
        return text

    sentence = follow(key, read, names[0], context=context)
    if sentence and not explained:
        st.info(sentence)
    if st.session_state[key] not in registry:  # it was offered before, now it is not
        st.session_state[key] = names[0]
    name: str = st.selectbox(
        label,
        names,
        index=names.index(st.session_state[key]),
        key=key,
        format_func=lambda item: registry[item].title,
        **options,
    )
    write(key, name, names[0], context=context)
    return name


def save_button(
    label: str, data: str | bytes | Callable[[], str | bytes], name: str, kind: str
) -> None:
    """Offer a file called ``name``, of the MIME type ``kind``, made when it is asked for.

    Saving it does not run the page again.
    """
    icon = ":material/download:"
    st.download_button(label, data, name, kind, key=f"save {name}", icon=icon, on_click="ignore")


def several(
    label: str, registry: Mapping[str, Titled], *, key: str, most: int, **options: Any
) -> list[str]:
    """Let the visitor choose up to ``most`` entries of a registry, none at first → their names.

    In the address they stand one after the other, with commas. ``options`` go to
    ``st.multiselect``.
    """

    def read(text: str) -> list[str]:
        names = text.split(",")
        unknown = [name for name in names if name not in registry]
        if unknown or len(set(names)) < len(names) or len(names) > most:
            raise ValueError(f"“{plain(text)}” as {label.lower()}")
        return names

    if sentence := follow(key, read, []):
        st.info(sentence)
    # What was offered before may not be now, nor as many.
    kept = [name for name in st.session_state[key] if name in registry]
    st.session_state[key] = kept[:most]
    names: list[str] = st.multiselect(
        label,
        list(registry),
        default=st.session_state[key],
        key=key,
        format_func=lambda item: registry[item].title,
        max_selections=most,
        **options,
    )
    write(key, ",".join(names), "")
    return names


def switch(label: str, *, key: str, **options: Any) -> bool:
    """Let the visitor switch something on; it is off at first. In the address it is 1.

    ``options`` go to ``st.toggle``.
    """
    follow(key, lambda text: text == "1", False)
    on: bool = st.toggle(label, value=st.session_state[key], key=key, **options)
    write(key, int(on), 0)
    return on


def one_of(label: str, registry: Mapping[str, Titled], *, key: str, **options: Any) -> str | None:
    """A row of pills of which one may be chosen, none at first → its name.

    An unknown name in the address gets one sentence and counts as none. ``options`` go to
    ``st.pills``.
    """

    def read(text: str) -> str:
        if text not in registry:
            raise ValueError(f"“{plain(text)}” as something to {label.lower()}")
        return text

    if sentence := follow(key, read, None):
        st.info(sentence)
    name: str | None = st.pills(
        label,
        list(registry),
        default=st.session_state[key],
        key=key,
        format_func=lambda item: registry[item].title,
        **options,
    )
    write(key, name, None)
    return name


def fold(*, shown: bool, key: str, **options: Any) -> DeltaGenerator:
    """A container that is hidden unless ``shown``, but always in the page.

    A control that the browser has not drawn goes on sending what it last showed, whatever a link,
    a card or the way back has set meanwhile: a popover's do, once it was open. ``options`` go to
    ``st.container``.
    """
    if not shown:
        st.html(f"<style>{_ROW.format(key)} {{ display: none; }}</style>")
    return st.container(key=key, **options)


def further(*, shown: bool, key: str = "further_settings") -> DeltaGenerator:
    """A row for more controls, which is hidden unless ``shown``."""
    return fold(shown=shown, key=key, horizontal=True, vertical_alignment="bottom")


def number(
    label: str,
    low: Number,
    high: Number,
    default: Number,
    *,
    key: str,
    context: str = "",
    **options: Any,
) -> Number:
    """Let the visitor set a number from ``low`` to ``high``; ``key`` is its address parameter.

    Whole if ``default`` is. What is no such number in the address gets one sentence and the
    default; so does a number that belonged to another ``context``, silently. ``options`` go to
    ``st.number_input``.
    """

    def read(text: str) -> Number:
        try:
            value = type(default)(text[:30])
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            name = _within(label.partition(" (")[0])  # some labels state the limits, too
            raise ValueError(f"{name} is a number from {limit(low)} to {limit(high)}")
        return value

    if sentence := follow(key, read, default, context=context):
        st.info(sentence)
    if not low <= st.session_state[key] <= high:  # the limits are others now
        st.session_state[key] = min(high, max(low, st.session_state[key]))
    current: Number = st.session_state[key]
    value: Number = st.number_input(label, low, high, current, key=key, **options)
    write(key, value, default, context=context)
    return value

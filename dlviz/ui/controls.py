"""Controls that are bound to the page's address: a choice from a registry, a bounded number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

import streamlit as st

from dlviz.ui.address import follow, plain, write

Number = TypeVar("Number", int, float)


class Titled(Protocol):
    """A registry's entry: it has a title to show."""

    @property
    def title(self) -> str: ...


def choice(label: str, registry: Mapping[str, Titled], *, key: str, **options: Any) -> str:
    """Let the visitor choose an entry of a registry → its name.

    ``key`` is also the address's parameter: the registry name, left out for the first entry, the
    default. An unknown name in the address counts as the default. ``options`` go to
    ``st.selectbox``.
    """
    names = list(registry)

    def read(text: str) -> str:
        if text not in registry:
            raise ValueError(f"“{plain(text)}”")
        return text

    follow(key, read, names[0])
    name: str = st.selectbox(
        label, names, key=key, format_func=lambda item: registry[item].title, **options
    )
    write(key, name, names[0])
    return name


def number(
    label: str, low: Number, high: Number, default: Number, *, key: str, **options: Any
) -> Number:
    """Let the visitor set a number from ``low`` to ``high``; ``key`` is its address parameter.

    Whole if ``default`` is. What is no such number in the address gets one sentence and the
    default. ``options`` go to ``st.number_input``.
    """

    def read(text: str) -> Number:
        try:
            value = type(default)(text[:30])
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise ValueError(f"{label.lower()} is a number from {low:g} to {high:g}")
        return value

    if sentence := follow(key, read, default):
        st.info(sentence)
    value: Number = st.number_input(label, low, high, key=key, **options)
    write(key, value, default)
    return value

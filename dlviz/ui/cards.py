"""Lesson cards: choose one, its settings are made, predict, then look at the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.lessons import Card
from dlviz.ui.address import follow, plain, write

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def cards(
    registry: Mapping[str, Card],
    *,
    key: str = "try",
    apply: Callable[[Card], None],
    beside: DeltaGenerator | None = None,
) -> str | None:
    """A row of cards to choose from, and the chosen one's question → its name, or None.

    With ``beside``, a row that has other things in it, they are a menu at its end. Choosing a card
    calls ``apply`` once, before the page runs again: it sets the page's widgets. ``key`` is also
    the address's parameter. A link holds the settings themselves, so opening one shows the card and
    applies nothing.
    """

    def read(text: str) -> str:
        if text not in registry:
            raise ValueError(f"the card “{plain(text)}”")
        return text

    def chosen() -> None:
        st.session_state.pop(f"{key} answered", None)
        if (card := st.session_state[key]) is not None:
            apply(registry[card])

    sentence = follow(key, read, None)
    name = _row(registry, key, chosen) if beside is None else _menu(registry, key, chosen, beside)
    write(key, name, None)
    # Always there: what comes below keeps its place in the page, so it need not be drawn anew.
    with st.container(key=f"{key}_place"):
        if sentence:
            st.info(sentence)
        if name is not None:
            _show(registry, name, key, chosen, apply)
    return name


def _row(registry: Mapping[str, Card], key: str, chosen: Callable[[], None]) -> str | None:
    """All of them side by side."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_row"):
        st.markdown("Try this", width="content")
        name: str | None = st.pills(
            "Try this",
            list(registry),
            key=key,
            format_func=lambda item: registry[item].title,
            on_change=chosen,
            label_visibility="collapsed",
        )
    return name


def _menu(
    registry: Mapping[str, Card], key: str, chosen: Callable[[], None], beside: DeltaGenerator
) -> str | None:
    """Numbered, for they have an order."""
    names = list(registry)
    current = st.session_state[key]
    name: str | None = beside.selectbox(
        "Try this",
        names,
        index=names.index(current) if current in names else None,
        key=key,
        format_func=lambda item: f"{names.index(item) + 1}. {registry[item].title}",
        placeholder=f"Try this: {len(names)} lessons",
        on_change=chosen,
        label_visibility="collapsed",
        width=230,
    )
    return name


def _show(
    registry: Mapping[str, Card],
    name: str,
    key: str,
    chosen: Callable[[], None],
    apply: Callable[[Card], None],
) -> None:
    """Question | answer | buttons, one row of them: nothing below has to move."""
    names = list(registry)
    card, place = registry[name], names.index(name)
    answered = f"{key} answered"  # holds the card whose answer is shown
    shown = st.session_state.get(answered) == name

    def answer() -> None:
        st.session_state[answered] = None if shown else name

    def follow_up() -> None:
        apply(replace(card, settings={**card.settings, **card.then}))

    def go_on() -> None:
        st.session_state[key] = names[place + 1]
        chosen()

    with st.container(border=True, key=f"{key}_card"):
        # The third button's room is there before the answer is, so that no line breaks anew.
        widths = [7, 7, 6] if card.then else [5, 5, 2]
        question, solution, buttons = st.columns(widths, gap="small")
        question.markdown(f"**{card.title}** ({place + 1} of {len(names)}). {card.question}")
        if shown:
            solution.markdown(card.answer)
        with buttons.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
            if shown and card.then:
                st.button(card.then_label, key=f"{key}_then", on_click=follow_up)
            st.button("Hide" if shown else "Answer", key=f"{key}_answer", on_click=answer)
            last = place + 1 == len(names)
            st.button("Next", key=f"{key}_next", on_click=go_on, disabled=last)

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
    runs: Mapping[str, Card] | None = None,
) -> str | None:
    """A row of cards to choose from, and the chosen one's question → its name, or None.

    With ``beside``, a row that has other things in it, they are a menu at its end; there ``runs``,
    ready-made ones, follow after the lessons of ``registry``. Choosing a card calls ``apply`` once,
    before the page runs again: it sets the page's widgets. ``key`` is also the address's parameter.
    A link holds the settings themselves, so opening one shows the card and applies nothing.
    """
    runs = runs or {}
    every = {**registry, **runs}

    def read(text: str) -> str:
        if text not in every:
            raise ValueError(f"the card “{plain(text)}”")
        return text

    def chosen() -> None:
        st.session_state.pop(f"{key} answered", None)
        if (card := st.session_state[key]) is not None:
            apply(every[card])

    sentence = follow(key, read, None)
    if beside is None:
        name = _row(registry, key, chosen)
    else:
        name = _menu(registry, runs, key, chosen, beside)
    write(key, name, None)
    # Always there: what comes below keeps its place in the page, so it need not be drawn anew.
    with st.container(key=f"{key}_place"):
        if sentence:
            st.info(sentence)
        if name is not None:
            group, what = (runs, "run ") if name in runs else (registry, "")
            _show(group, name, key, chosen, apply, what=what)
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
    registry: Mapping[str, Card],
    runs: Mapping[str, Card],
    key: str,
    chosen: Callable[[], None],
    beside: DeltaGenerator,
) -> str | None:
    """Lessons numbered, for they have an order; runs have none."""
    lessons, names = list(registry), [*registry, *runs]

    def title(item: str) -> str:
        if item in runs:
            return f"Run: {runs[item].title}"
        return f"{lessons.index(item) + 1}. {registry[item].title}"

    and_runs = f", {len(runs)} runs" if runs else ""
    current = st.session_state[key]
    name: str | None = beside.selectbox(
        "Try this",
        names,
        index=names.index(current) if current in names else None,
        key=key,
        format_func=title,
        placeholder=f"Try this: {len(lessons)} lessons{and_runs}",
        on_change=chosen,
        label_visibility="collapsed",
        width=270 if runs else 230,
    )
    return name


def _show(
    registry: Mapping[str, Card],
    name: str,
    key: str,
    chosen: Callable[[], None],
    apply: Callable[[Card], None],
    *,
    what: str,
) -> None:
    """Question | answer | buttons, one row of them: nothing below has to move.

    ``what``: a word for what is counted.
    """
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
        question.markdown(f"**{card.title}** ({what}{place + 1} of {len(names)}). {card.question}")
        if shown:
            solution.markdown(card.answer)
        with buttons.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
            if shown and card.then:
                st.button(card.then_label, key=f"{key}_then", on_click=follow_up)
            st.button("Hide" if shown else "Answer", key=f"{key}_answer", on_click=answer)
            last = place + 1 == len(names)
            st.button("Next", key=f"{key}_next", on_click=go_on, disabled=last)

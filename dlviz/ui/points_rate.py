"""The learning rate as a slider that acts at once, and the same as an exact number."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dlviz.core.specs import MAX_RATE
from dlviz.core.words import written
from dlviz.ui.address import follow, write

KEY = "rate"  # the address's parameter too; a float in the session
EXACT = "exact rate"
_ODD = "rate beside the scale"
SCALE = (*(float(f"{first}e{power}") for power in range(-5, 1) for first in (1, 2, 5)), 10.0)


def rate_slider(usual: float, *, on_rate: Callable[[], None]) -> float:
    """From 0.00001 to 10 in steps of 1, 2, 5; a link, a card or a hand may set what is between.

    ``on_rate`` is called when the visitor turns it.
    """

    def read(text: str) -> float:
        try:
            value = float(text[:30])
        except ValueError:
            value = -1.0
        if not 0 <= value <= MAX_RATE:
            raise ValueError(f"learning rate is a number from 0 to {MAX_RATE:g}")
        return value

    if sentence := follow(KEY, read, usual):
        st.info(sentence)
    current: float = st.session_state[KEY]
    # It stays when one turns away from it: a slider whose steps change under the keys jumps.
    if current not in SCALE:
        st.session_state[_ODD] = current
    rate: float = st.select_slider(
        "Learning rate",
        sorted({*SCALE, st.session_state.get(_ODD, current), current}),
        current,
        key=KEY,
        format_func=written,
        width=200,
        on_change=on_rate,
    )
    write(KEY, rate, usual)
    return rate


def exact_rate(rate: float, *, on_rate: Callable[[], None]) -> None:
    """What the slider says as a number that can be typed; no parameter of its own."""

    def turn() -> None:
        st.session_state[KEY] = st.session_state[EXACT]
        on_rate()

    st.session_state[EXACT] = rate
    st.number_input(
        f"Exact learning rate (≤ {MAX_RATE:g})",
        0.0,
        MAX_RATE,
        rate,
        key=EXACT,
        step=0.01,
        format="%g",
        width=220,
        on_change=turn,
    )

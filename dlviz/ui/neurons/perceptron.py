"""Rosenblatt’s perceptron learns two digits, or two letters, from its mistakes. No torch."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dlviz.core.neurons.letters import LETTERS
from dlviz.figures.neurons_perceptron import Schooling, code, numbers, scene, school, verdict
from dlviz.io.perceptron_pairs import MOST_EACH, PicturePair, digit_pair, letter_pair
from dlviz.ui.components.perceptron import perceptron_view
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.neurons.segments import segments
from dlviz.ui.newest import Newest
from dlviz.ui.pages import page_file
from dlviz.ui.views import Spot

MATERIAL = {"digits": Named("Handwritten digits"), "letters": Named("Letters of 5×7 dots")}
# (first, second) to begin with, and what there is to choose from.
_OPENS = {"digits": "01", "letters": "AB"}
_OFFERED = {"digits": "0123456789", "letters": "".join(LETTERS)}
_schoolings: Newest[Schooling] = Newest(32)


def show(spot: Spot) -> None:
    """Two classes to choose, its mistakes as a film, and the bound on them."""
    pair, load, key = _pair(spot)
    found = _schoolings.get(key, lambda: school(pair()))
    with spot.status:
        st.markdown(verdict(found))
    perceptron_view(scene(found, file=f"perceptron-{key.replace(' ', '-')}"))
    st.markdown(numbers(found))
    st.caption(
        "Rosenblatt (1958): show a picture; if the sum of its pixels, weighed, falls on the wrong "
        "side, add the picture to the weights or take it away. Nothing else is learnt. Novikoff "
        "(1962): every picture has one more input that is always 1, whose weight is the bias; if "
        "a plane through 0 in that space parts the classes with margin γ, it makes at most (R/γ)² "
        "mistakes, in whatever order the pictures come."
    )
    st.page_link(
        page_file("points"),
        label="The same rule on points of the plane",
        query_params={"data": "gaussians", "hidden": "none", "rule": "perceptron"},
    )
    with st.expander("Show the code"):
        st.code(code(load), language="python")


def _pair(spot: Spot) -> tuple[partial[PicturePair], str, str]:
    """How to get the pair that is asked for, the Python that does, and what it is kept under."""
    with spot.controls:
        material = segments("Learn", MATERIAL, key="material")
        first, second = (
            choice(label, _named(material, place), key=key, context=material, width=90)
            for place, (label, key) in enumerate((("One", "first"), ("The other", "second")))
        )
        each = number(f"Of each (to {MOST_EACH})", 5, MOST_EACH, 100, key="each", width=125)
        noise = 0
        if material == "letters":
            noise = number("Dots flipped, %", 0, 45, 10, key="flipped", width=125)
        seed = number("Seed", 0, 9999, 0, key="order", width=110)
    if first == second:
        raise ValueError(f"“{first}” cannot be told from itself: choose two different ones.")
    key = f"{first} {second} {each} {noise} {seed}"
    if material == "letters":
        call = f'letter_pair("{first}", "{second}", each={each}, noise={noise / 100}, seed={seed})'
        pair = partial(letter_pair, first, second, each=each, noise=noise / 100, seed=seed)
    else:
        call = f'digit_pair("{first}", "{second}", each={each}, seed={seed})'
        pair = partial(digit_pair, first, second, each=each, seed=seed)
    name = call.partition("(")[0]
    return pair, f"from dlviz.io.perceptron_pairs import {name}\n\npair = {call}\n", key


def _named(material: str, place: int) -> dict[str, Named]:
    """All digits or letters, the one that it opens on first."""
    offered = _OFFERED[material]
    at = offered.index(_OPENS[material][place])
    return {name: Named(name) for name in offered[at:] + offered[:at]}

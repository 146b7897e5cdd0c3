"""The convolution page: step through one by hand, then the same kernel on a whole picture."""

from __future__ import annotations

import streamlit as st

from dlviz.core.lessons import CONVOLUTION_CARDS, Card
from dlviz.ui.address import renew
from dlviz.ui.cards import cards
from dlviz.ui.components.stepper import stepper
from dlviz.ui.convolution_scene import (
    STEPPER,
    data_of,
    feed_back,
    feeds_back,
    scene_of,
    take_edit,
)
from dlviz.ui.convolution_view import controls
from dlviz.ui.convolution_words import badge, explanation, show_code
from dlviz.ui.engine import need_torch
from dlviz.ui.pages import header


def lay_out(card: Card) -> None:
    renew({**card.settings, "try": card.name})


header("convolution")
cards(CONVOLUTION_CARDS, apply=lay_out)
view = controls()
shown = scene_of(view)
data, edition = data_of(shown)
stepper(data, edition=edition, on_edit=take_edit, key=STEPPER)

left, right = st.columns(2, vertical_alignment="center")
with left:
    explanation(view, shown.scene)
with right:
    place = st.empty()
    why_not = feeds_back(shown.scene)
    st.button(
        "Output becomes input",
        icon=":material/replay:",
        on_click=feed_back,
        disabled=bool(why_not),
        help=why_not or "What a second layer with the same kernel would see.",
    )
need_torch("convolution", picture=False)
with place:
    badge(shown.scene)
show_code(shown.scene)

"""The convolution page: step through one by hand, then the same kernel on a whole picture."""

from __future__ import annotations

import streamlit as st

from dlviz.core.kernels import KERNELS
from dlviz.core.lessons import CONVOLUTION_CARDS, Card
from dlviz.ui.cards import cards
from dlviz.ui.convolution_scene import feed_back, feeds_back, open_view, scene_of, show
from dlviz.ui.convolution_view import controls
from dlviz.ui.convolution_words import (
    as_multiplied,
    badge,
    colours_of,
    explanation,
    half_turn,
    left_out,
    name_of,
    show_code,
    spread_out,
)
from dlviz.ui.engine import has_torch
from dlviz.ui.pages import header
from dlviz.ui.parameters import parameters_section
from dlviz.ui.photograph import photograph_section
from dlviz.ui.translation import translation_section


def lay_out(card: Card) -> None:
    open_view({**card.settings, "try": card.name})


header("convolution")
cards(CONVOLUTION_CARDS, apply=lay_out)
view = controls()
with st.container():  # for its sentences: the stepper keeps its place below
    shown = scene_of(view)
show(shown)

scene, sliding = shown.scene, shown.scene.sliding
left, right = st.columns(2, gap="large")
with left:
    explanation(shown)
with right:
    with st.container():
        if has_torch("PyTorch is loading; then it is asked for the same numbers."):
            badge(scene)
    why_not = feeds_back(shown)
    st.button(
        "Output becomes input",
        icon=":material/replay:",
        on_click=feed_back,
        disabled=bool(why_not),
        help=why_not or "What a second layer with the same kernel would see.",
    )
    half_turn(scene)
show_code(scene)

name = name_of(shown)
if scene.kernels is None:
    photograph_section(None, name=name, pool=(sliding.op, sliding.size, sliding.stride))
    translation_section(spread_out(scene), KERNELS["sobel_x"].title)
else:
    photograph_section(
        as_multiplied(scene),
        name=name,
        dilation=sliding.dilation,
        note=left_out(sliding),
        first=colours_of(scene),
    )
    translation_section(spread_out(scene), name)
parameters_section()

"""The convolution page: step through one by hand, then the same kernel on a whole picture."""

from __future__ import annotations

import streamlit as st

from dlviz.core.kernels import KERNELS
from dlviz.core.lessons import CONVOLUTION_CARDS, Card
from dlviz.ui.cards import cards
from dlviz.ui.convolution_scene import feed_back, feeds_back, open_view, scene_of, show
from dlviz.ui.convolution_view import OPS, controls
from dlviz.ui.convolution_words import (
    as_multiplied,
    badge,
    explanation,
    half_turn,
    left_out,
    show_code,
)
from dlviz.ui.engine import need_torch
from dlviz.ui.pages import header


def lay_out(card: Card) -> None:
    open_view({**card.settings, "try": card.name})


header("convolution")
cards(CONVOLUTION_CARDS, apply=lay_out)
view = controls()
with st.container():  # for its sentences: the stepper keeps its place below
    shown = scene_of(view)
scene = shown.scene
show(shown)

left, right = st.columns(2, gap="large")
with left:
    explanation(view, scene)
with right:
    place = st.empty()
    why_not = feeds_back(scene)
    st.button(
        "Output becomes input",
        icon=":material/replay:",
        on_click=feed_back,
        disabled=bool(why_not),
        help=why_not or "What a second layer with the same kernel would see.",
    )
    half_turn(scene)
need_torch("convolution", picture=False)
with place:
    badge(scene)
show_code(scene)

# Only now: these need torch.
from dlviz.ui.parameters import parameters_section  # noqa: E402
from dlviz.ui.photograph import photograph_section  # noqa: E402
from dlviz.ui.translation import translation_section  # noqa: E402

sliding, kernels = scene.sliding, as_multiplied(scene)
if kernels is None:
    pool = (sliding.op, sliding.size, sliding.stride)
    photograph_section(None, name=OPS[sliding.op].title, pool=pool)
    translation_section(KERNELS["sobel_x"].at(3), KERNELS["sobel_x"].title)
else:
    note = left_out(sliding)
    photograph_section(kernels, name=view.names[0], dilation=sliding.dilation, note=note)
    translation_section(kernels.sum(axis=0), view.names[0])
parameters_section()

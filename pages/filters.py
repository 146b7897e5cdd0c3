"""The filters lab: Zeiler and Fergus' figures, on any network of the shelf."""

from __future__ import annotations

import streamlit as st

from dlviz.core.filter_cards import FILTER_CARDS
from dlviz.core.lessons import Card
from dlviz.ui.address import renew
from dlviz.ui.cards import cards
from dlviz.ui.engine import need_torch
from dlviz.ui.filters.views import VIEWS, Place, choose_view, show
from dlviz.ui.models import choose_model
from dlviz.ui.pages import header


def lay_out(card: Card) -> None:
    renew({**card.settings, "try": card.name})


lessons = st.container(gap=None, key="lessons")
with lessons:
    head = st.container(horizontal=True, vertical_alignment="center", key="filters_head")
    with head:
        header("filters")
        asked = st.container(key="filters_question")
need_torch("filters")
with lessons:
    cards(FILTER_CARDS, apply=lay_out, beside=head)
name = choose_view(asked)
with st.container(gap="xsmall"):
    controls = st.container(horizontal=True, vertical_alignment="bottom", key="filters_controls")
    status = st.container()
try:
    with controls:
        offer, model = choose_model(
            "Model", key="model", default="creatures_cnn", pooled=VIEWS[name].pooled, told=status
        )
    show(name, Place(offer, model, controls, status))
except ValueError as error:
    status.error(str(error))

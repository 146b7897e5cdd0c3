"""Figure 6: the first filters, what the second layer makes of them, and two repairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.words import percent
from dlviz.figures.sheets import sheet_of
from dlviz.ui.attack import load_model_code
from dlviz.ui.components.tiles import tiles
from dlviz.ui.controls import Named, choice, save_button
from dlviz.ui.filters import gallery
from dlviz.ui.filters.memory import facts, memory_of
from dlviz.ui.models import Offer, offers
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.figures.first_layer import Bank
    from dlviz.ui.filters.views import Place

SCALES = {"shared": Named("One scale for all"), "own": Named("Each its own")}
COLUMNS = 8
SECOND = "conv 2 (after ReLU)"


@dataclass(frozen=True)
class Experiment:
    """Two shipped nets, ``before`` and ``after``, that differ in one thing, and what it shows."""

    title: str
    before: str = ""
    after: str = ""
    says: str = ""


THIS = "this"
EXPERIMENTS: dict[str, Experiment] = {
    THIS: Experiment("This network’s filters"),
}


def show(place: Place) -> None:
    """One network's first two layers, or two networks' side by side."""
    with place.controls:
        shown = EXPERIMENTS[choice("Show", EXPERIMENTS, key="compare", width=260)]
        own = choice("Scale", SCALES, key="scale", width=190) == "own"
    if shown.before:
        _compared(shown, own)
    else:
        filters, projections = st.columns(2, gap="medium")
        with filters:
            bank = _filters(place.offer, place.model, own, "filters")
        with projections:
            _second(place.offer, place.model, "second")
        _take_home(place.offer, bank)


def _compared(shown: Experiment, own: bool) -> None:
    """Before and after: filters above, projections below, accuracy in the headline."""
    from dlviz.core.networks import SHIPPED

    st.markdown(shown.says)
    found = offers()
    for column, name in zip(st.columns(2, gap="medium"), (shown.before, shown.after), strict=True):
        with column:
            offer = found[name]
            st.markdown(f"#### {SHIPPED[name].title}: {percent(_accuracy(name), 1)} right")
            _filters(offer, offer.load(), own, f"filters {name}", heading=False)
            _second(offer, offer.load(), f"second {name}")


@st.cache_data(max_entries=8, show_spinner=False)
def _accuracy(name: str) -> float:
    """Of a shipped net on its held-out pictures, as its file says."""
    from dlviz.io.models import MODELS

    shots = MODELS[name].snapshots
    score = shots()[-1].held_out if shots else None
    return score.accuracy if score else float("nan")


def _filters(offer: Offer, model: Classifier, own: bool, key: str, *, heading: bool = True) -> Bank:
    """The first layer's weights as pictures. Raises ValueError without a convolution."""
    from dlviz.figures.filters import first_filters
    from dlviz.figures.first_layer import bank

    weights, colours = first_filters(model), theme()
    if weights is None:
        raise ValueError("This network has no convolution, so it has no filters to look at.")
    results = memory_of(own=offer.own).results
    found: Bank = results.get(
        f"bank {facts(model)[0]} {own} {colours}",
        partial(bank, weights, own_scale=own, theme=colours),
    )
    if heading:
        st.markdown("#### What the first layer looks for")
    st.caption(found.words)
    tiles(sheet_of(found.pictures), found.names, key=key, texts=found.marks, columns=COLUMNS)
    return found


def _second(offer: Offer, model: Classifier, key: str) -> None:
    """Of each channel of the second convolution its strongest picture's projection."""
    names = [name for name, about in facts(model)[1].items() if about.words == SECOND]
    st.markdown("#### What the second makes of it")
    if not names:
        st.caption("This network has no second convolution that can be looked into.")
        return
    if not offer.pooled:
        st.caption(
            "This network has no max pooling, so its projections do not depend on the picture: "
            "only the first layer is shown."
        )
        return
    look = gallery.search(offer, model, names[0])
    st.caption(
        f"Each channel's strongest of {look.seen:,} held-out pictures, projected back to pixels, "
        "each on its own scale. A projection shows what in **this** picture drove the unit, not "
        "what the unit means."
    )
    wall = gallery.wall_projections(look)
    tiles(wall, [f"Channel {index}" for index in range(wall.count)], key=key, columns=COLUMNS)


def _take_home(offer: Offer, found: Bank) -> None:
    """The picture and the program."""
    from dlviz.figures.first_layer import code, saved_picture

    title = f"{offer.title}: first-layer filters"
    save_button(
        "Save picture",
        lambda: saved_picture(found, title, across=COLUMNS, theme=theme()),
        f"{offer.key}-first-layer.png",
        "image/png",
    )
    with st.expander("Show the code"):
        st.code(code(load_model_code(offer)), language="python")

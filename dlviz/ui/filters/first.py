"""Figure 6: the first filters, what the second layer makes of them, and two repairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.words import percent
from dlviz.figures.sheets import sheet_of
from dlviz.ui.adversarial.subject import load_model_code
from dlviz.ui.components.tiles import tiles
from dlviz.ui.controls import Named, choice, save_button
from dlviz.ui.filters import gallery
from dlviz.ui.filters.memory import facts, memory_of
from dlviz.ui.models import Offer, offers
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.figures.first_layer import Bank
    from dlviz.ui.views import Place

SCALES = {"shared": Named("One scale for all"), "own": Named("Each its own")}
COLUMNS = 8
SMALLEST = 40  # CSS pixels of a filter where two networks stand side by side
SECOND = "conv 2 (after ReLU)"
# The model's box keeps its place, empty: neither the mouse nor the keyboard gets into it.
_IDLE = """<style>
.st-key-views_controls .st-key-model { opacity: 0.45; pointer-events: none; }
.st-key-views_controls .st-key-model :is(input, button) { visibility: hidden; }
</style>"""


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
    "stride": Experiment(
        "11×11 against 7×7",
        "creatures_11x11",
        "creatures_7x7",
        "The paper’s first repair: Krizhevsky’s first layer looks through 11×11 windows at every "
        "fourth pixel; Zeiler and Fergus made them 7×7 at every second one. All else is the same. "
        "One run each: a difference of a few tenths of a percent is an anecdote.",
    ),
    "limit": Experiment(
        "Without and with a limit",
        "creatures_unlimited",
        "creatures_7x7",
        "The paper’s second repair, RMS renormalisation: a filter whose root mean square grows "
        "beyond a fixed radius (here 0.03) is scaled back to it after every step. The paper’s "
        "pixels reach ±128, and a few filters took over; here pixels are normalised, and none does "
        "even without the limit. All else is the same.",
    ),
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
            st.markdown("#### What the first layer looks for")
            bank = _filters(place.offer, place.model, own, "filters")
        with projections:
            _second(place.offer, place.model, "second")
        _take_home([(place.offer, bank)])


def _compared(shown: Experiment, own: bool) -> None:
    """Before and after: filters above, projections below, accuracy in the headline."""
    from dlviz.core.networks import SHIPPED

    st.html(_IDLE)
    st.markdown(f"{shown.says} Both networks are given: there is no model to choose here.")
    found, banks = offers(), []
    for column, name in zip(st.columns(2, gap="medium"), (shown.before, shown.after), strict=True):
        with column:
            offer = found[name]
            st.markdown(f"#### {SHIPPED[name].title}: {percent(_accuracy(name), 1)} right")
            bank = _filters(offer, offer.load(), own, f"filters {name}", columns=0)
            _second(offer, offer.load(), f"second {name}", columns=0)
        banks.append((offer, bank))
    _take_home(banks)


@st.cache_data(max_entries=8, show_spinner=False)
def _accuracy(name: str) -> float:
    """Of a shipped net on its held-out pictures, as its file says."""
    from dlviz.io.models import MODELS

    shots = MODELS[name].snapshots
    score = shots()[-1].held_out if shots else None
    return score.accuracy if score else float("nan")


def _filters(
    offer: Offer, model: Classifier, own: bool, key: str, *, columns: int = COLUMNS
) -> Bank:
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
    st.caption(found.words)
    tiles(
        sheet_of(found.pictures),
        found.names,
        key=key,
        texts=found.marks,
        columns=columns,
        smallest=SMALLEST,
    )
    return found


def _second(offer: Offer, model: Classifier, key: str, *, columns: int = COLUMNS) -> None:
    """Of each channel of the second convolution its strongest picture's projection."""
    names = [name for name, about in facts(model)[1].items() if about.words == SECOND]
    st.markdown("#### What the second makes of it")
    if not offer.pooled:
        st.caption(
            "This network has no max pooling, so its projections do not depend on the picture: "
            "only the first layer is shown."
        )
        return
    if not names:
        st.caption("This network has no second convolution with a ReLU that can be looked into.")
        return
    look = gallery.search(offer, model, names[0])
    silent = int((look.top.values[:, 0] <= 0).sum())
    st.caption(
        f"Each channel’s strongest of {look.seen:,} {look.searched.noun}, projected back to "
        f"pixels, each on its own scale; {silent} of {look.about.channels} answer to none (empty). "
        "A projection shows what in **this** picture drove the unit, not what the unit means."
    )
    wall = gallery.wall_projections(look)
    tiles(
        wall,
        [f"Channel {index}" for index in range(wall.count)],
        key=key,
        columns=columns,
        smallest=SMALLEST,
    )


def _take_home(banks: list[tuple[Offer, Bank]]) -> None:
    """The pictures and the program."""
    from dlviz.figures.first_layer import code, saved_picture

    with st.container(horizontal=True):
        for offer, found in banks:
            title = f"{offer.title}: first-layer filters"
            save_button(
                "Save picture"
                if len(banks) == 1
                else f"Save {found.pictures.shape[1]}×{found.pictures.shape[2]} as a picture",
                partial(saved_picture, found, title, across=COLUMNS, theme=theme()),
                f"{offer.key}-first-layer.png",
                "image/png",
            )
    with st.expander("Show the code"):
        st.code(code(load_model_code(banks[-1][0])), language="python")

"""Figure 5: five pictures are shifted, enlarged or turned; how far do their features move?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.components.invariance import invariance
from dlviz.ui.controls import Named, choice
from dlviz.ui.filters.five import choose_five
from dlviz.ui.filters.memory import facts, memory_of
from dlviz.ui.steps import Task, run

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.core.invariance import Moved
    from dlviz.figures.hidden import Hidden
    from dlviz.figures.invariance import Five, Look
    from dlviz.ui.views import Place

# Chosen by looking: all five are named right.
FIRST_FIVE = {"creatures_cnn": 1}
DISTANCES = {"relative": Named("Relative"), "plain": Named("Plain")}


def show(place: Place) -> None:
    """The pictures under the slider, both layers' distances and the class's probability.

    Raises ValueError for a network without hidden layers.
    """
    from dlviz.figures.hidden import hidden_layers
    from dlviz.figures.invariance import TITLES, code, invariance_data, unit_words

    offer, model = place.offer, place.model
    layers: dict[str, Hidden] = memory_of(own=offer.own).results.get(
        f"hidden layers {facts(model)[0]}", lambda: hidden_layers(model)
    )
    with place.controls:
        kind = choice(
            "Change",
            {name: Named(title) for name, title in TITLES.items()},
            key="change",
            width=130,
        )
        five = choose_five(model, first=FIRST_FIVE.get(offer.key, 0))
        look = _choose_look(place, layers)
    top, below = st.container(), st.container()
    with below:  # what is shown stays where it is while another change is measured
        moved = _measured(place, five, kind, look.fill, list(layers))
    names = {"scene": f"{offer.key}-{kind}", "heading": f"{offer.title} · {TITLES[kind]}"}
    with top:
        invariance(invariance_data(five, moved, layers, look, model.classes, **names))
    st.caption(
        f"{unit_words(moved, layers, look)} "
        f"What comes in from outside is {_filled(look.fill)}; how much a change costs depends on "
        "it, too. Pooling makes features change **less**, they do not stay: only pooling over the "
        "whole map forgets where something was, but for the borders."
    )
    with st.expander("Show the code"):
        st.code(
            code(offer.key, five.source, kind, look.layers, look.fill, own=offer.own),
            language="python",
        )


def _choose_look(place: Place, layers: dict[str, Hidden]) -> Look:
    from dlviz.figures.hidden import first_hidden, last_hidden
    from dlviz.figures.invariance import FILL_TITLES, Look

    first = _choose_layer("A layer", "early", layers, first_hidden(layers), place.offer.key)
    last = _choose_layer("Another layer", "late", layers, last_hidden(layers), place.offer.key)
    distance = choice("Distances", DISTANCES, key="distance", width=115)
    fills = {name: Named(title) for name, title in FILL_TITLES.items()}
    fill = choice("Border", fills, key="fill", width=95)
    return Look((first, last), distance == "relative", fill)


def _choose_layer(
    label: str, key: str, layers: dict[str, Hidden], default: str, context: str
) -> str:
    """A select box that begins with ``default``, which is not in the address."""
    ordered = {default: layers[default], **layers}
    return choice(label, ordered, key=key, context=context, width=160)


def _filled(fill: str) -> str:
    return "grey" if fill == "grey" else "the nearest pixel of the edge"


def _measured(place: Place, five: Five, kind: str, fill: str, layers: list[str]) -> Moved:
    """All values of the change, measured once; progress and Stop meanwhile."""
    from dlviz.core.data import to_unit
    from dlviz.core.invariance import stream, values_of

    model: Classifier = place.model

    def make() -> Task[Moved]:
        steps = stream(model, to_unit(five.pixels), five.labels, kind, layers, fill=fill)
        return Task(len(values_of(kind, five.pixels.shape[-2])), steps)

    key = f"invariance {facts(model)[0]} {five.key} {kind} {fill}"
    task: Task[Moved] = memory_of(own=place.offer.own or five.own).tasks.get(key, make)
    return run(task, key=key, things=f"values of the {kind}")

"""Figure 8 and table 1: cover the same part in several pictures; do the features change alike?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.components.parts import parts_view
from dlviz.ui.controls import choice, number
from dlviz.ui.filters.memory import facts, memory_of
from dlviz.ui.filters.parts_pictures import BOXES, boxes_in, boxes_text, choose_group
from dlviz.ui.steps import Task, run

if TYPE_CHECKING:
    from dlviz.core.correspondence import Found
    from dlviz.figures.hidden import Hidden
    from dlviz.figures.parts import Group
    from dlviz.ui.views import Place

KEY, MOST_SEED = "parts", 99


def show(place: Place) -> None:
    """The covered pictures, and Δ of every part against random places, at two layers.

    Raises ValueError for a network without hidden layers.
    """
    from dlviz.core.correspondence import DRAWS
    from dlviz.figures.hidden import hidden_layers
    from dlviz.figures.parts import code, layers_words

    offer, model = place.offer, place.model
    layers: dict[str, Hidden] = memory_of(own=offer.own).results.get(
        f"hidden layers {facts(model)[0]}", lambda: hidden_layers(model)
    )
    with place.controls:
        group = choose_group(model, place.status)
        chosen = _choose_layers(place, layers)
        seed = number(f"Seed (0 to {MOST_SEED})", 0, MOST_SEED, 0, key="seed", width=115)
    top, below = st.container(), st.container()
    with below:  # what is shown stays where it is while a new box is measured
        found = _measured(place, group, chosen, seed)
    with top:
        _view(place, group, found, layers, chosen)
    pairs = len(group.pixels) * (len(group.pixels) - 1) // 2
    st.caption(
        "Δ is the share of features whose change has another sign in one picture than in another, "
        f"mean ± standard deviation over {pairs} pairs; for other places over {DRAWS} draws of "
        f"{pairs}. Lower means tighter. The paper compares with random places only; but parts lie "
        "at similar places, and features know where they look, so one place for all pictures is "
        f"covered too. A box hides all that lies in it. {layers_words(layers)}"
    )
    with st.expander("Show the code"):
        text = code(offer.key, group.source, group.parts, chosen, seed=seed, own=offer.own)
        st.code(text, language="python")


def _choose_layers(place: Place, layers: dict[str, Hidden]) -> list[str]:
    from dlviz.figures.parts import two_layers

    chosen = []
    labels = (("A layer", "early"), ("Another layer", "late"))
    for (label, key), default in zip(labels, two_layers(layers), strict=True):
        ordered = {default: layers[default], **layers}
        chosen.append(choice(label, ordered, key=key, context=place.offer.key, width=160))
    return list(dict.fromkeys(chosen))


def _measured(place: Place, group: Group, layers: list[str], seed: int) -> Found:
    """Δ of every part at these layers, measured once; progress and Stop meanwhile."""
    from dlviz.core.correspondence import coverings, stream
    from dlviz.core.data import to_unit

    def make() -> Task[Found]:
        steps = stream(place.model, to_unit(group.pixels), group.parts, layers, seed=seed)
        return Task(coverings(len(group.parts)), steps)

    boxes = " ".join(boxes_text(list(places)) for places in group.parts.values())
    key = f"parts {facts(place.model)[0]} {group.key} {boxes} {layers} {seed}"
    task: Task[Found] = memory_of(own=place.offer.own or group.own).tasks.get(key, make)
    return run(task, key=key, things="coverings")


def _view(
    place: Place, group: Group, found: Found, layers: dict[str, Hidden], chosen: list[str]
) -> None:
    from dlviz.figures.parts import parts_data

    height, width = group.pixels.shape[2:]

    def framed() -> None:
        told = st.session_state[KEY][BOXES]
        boxes = boxes_in(str(told["boxes"]), len(group.pixels), width, height)
        if told["scene"] == group.key and boxes is not None:
            st.session_state[BOXES] = boxes

    data = parts_data(
        group,
        found,
        layers,
        chosen,
        scene=group.key,
        heading=f"{place.offer.title} · {group.noun}",
    )
    parts_view({**data, "file": f"parts-{place.offer.key}"}, key=KEY, on_boxes=framed)

"""Choosing what to look at inside a network: a layer, and a channel of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.address import follow, plain, write
from dlviz.ui.filters.memory import facts

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dlviz.core.classifier import Classifier
    from dlviz.ui.models import Offer

# Chosen by looking. Model → (layer, channel); another layer opens on its most excited channel.
FIRST_LOOK: dict[str, tuple[str, int]] = {
    "creatures_cnn": ("relu3", 89),  # whiskers, of mice and of cats
    "photo_cnn": ("relu3", 10),  # joints of a brick wall
    "mobilenet_v2": ("features.13", 91),  # the eye of a cat
}
# Among all squares of photographs channel 91 answers most to corners, where padding begins.
FIRST_NINE = FIRST_LOOK | {"mobilenet_v2": ("features.13", 55)}  # faces: a cat’s, a woman’s


def choose_layer(offer: Offer, model: Classifier, told: DeltaGenerator) -> str:
    """A select box for the layer, in the address as ``layer``; a bad one is ``told`` there.

    Raises ValueError for a network without layers worth looking into.
    """
    from dlviz.figures.layer_names import worth_opening

    layers = facts(model)[1]
    if not layers:
        raise ValueError(
            "This network has no layer that can be looked into: there are no maps whose places "
            "can be traced back to the picture. The view Occlusion works with every network."
        )
    first = FIRST_LOOK.get(offer.key, ("", 0))[0]
    default = first if first in layers else worth_opening(layers)

    def read(text: str) -> str:
        if text not in layers:
            raise ValueError(f"a layer “{plain(text)}”")
        return text

    if sentence := follow("layer", read, default, context=offer.key):
        told.info(sentence)
    layer: str = st.selectbox(
        "Layer", list(layers), key="layer", format_func=lambda name: layers[name].title
    )
    write("layer", layer, default, context=offer.key)
    return layer


def choose_channel(
    offer: Offer,
    model: Classifier,
    layer: str,
    told: DeltaGenerator,
    *,
    default: int = 0,
    looks: Mapping[str, tuple[str, int]] = FIRST_LOOK,
) -> int:
    """A number input for the channel, in the address as ``channel``; a bad one is ``told``.

    A channel picked in a grid of tiles called ``wall`` counts as typed. ``default``: where the
    page opens, unless ``looks`` knows a better channel of this model and layer.
    """
    last = facts(model)[1][layer].channels - 1
    best, known = looks.get(offer.key, ("", 0))
    default = known if best == layer and known <= last else default

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= last):
            raise ValueError(f"a channel “{plain(text)}”; here they go from 0 to {last}")
        return int(text)

    picked = (st.session_state.get("wall") or {}).get("pick")
    if isinstance(picked, int) and 0 <= picked <= last:
        st.session_state["channel"] = picked
    context = f"{offer.key} {layer}"
    if sentence := follow("channel", read, default, context=context):
        told.info(sentence)
    channel: int = st.number_input(f"Channel (0 to {last})", 0, last, key="channel", width=170)
    write("channel", channel, default, context=context)
    return channel

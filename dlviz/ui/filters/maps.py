"""Feature maps: what every layer answers to one picture, as one moves through the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.components.maps import maps
from dlviz.ui.filters.memory import facts
from dlviz.ui.newest import Newest
from dlviz.ui.pictures import Picture, choose_picture

if TYPE_CHECKING:
    from dlviz.ui.views import Place

# Chosen by looking: a pig, from the front.
FIRST_PICTURE: dict[str, int] = {"creatures_cnn": 5}
# Up to 5 MB each (ResNet-50), and made anew in a second.
SHARED: Newest[dict[str, Any]] = Newest(12)
_OWN = "maps looked at"


def show(place: Place) -> None:
    """The strip of layers, the picture under one map, and the wall of the layer's maps.

    Raises ValueError for a network without maps.
    """
    from dlviz.figures.maps import code

    offer, model = place.offer, place.model
    with place.controls:
        picture = choose_picture(model, place.status, first=FIRST_PICTURE.get(offer.key, 0))
    st.html("<style>.st-key-maps { margin-top: -0.5rem; }</style>")
    maps(_data(place, picture))
    st.caption(
        f"One pass of **{picture.title}** through {offer.title}. A map holds the answers of "
        "one filter at every place of the picture; from pool to pool the places get coarser. "
        "A bright place says that this pattern is here, not what the pattern means."
    )
    with st.expander("Show the code"):
        st.code(code(offer.key, picture.source, own=offer.own), language="python")


def _data(place: Place, picture: Picture) -> dict[str, Any]:
    """One pass through the network, kept with what it was made from."""
    from dlviz.figures.maps import layer_maps, maps_data

    model, offer = place.model, place.offer

    def make() -> dict[str, Any]:
        found = layer_maps(model, picture.pixels)
        return maps_data(found, picture.pixels, f"{offer.key}-{picture.name}")

    kept = _kept(own=offer.own or picture.own)
    return kept.get(f"{facts(model)[0]} {picture.key}", make)


def _kept(*, own: bool) -> Newest[dict[str, Any]]:
    """What is made of a visitor's own model or picture stays in the session."""
    if not own:
        return SHARED
    if _OWN not in st.session_state:
        st.session_state[_OWN] = Newest(2)
    newest: Newest[dict[str, Any]] = st.session_state[_OWN]
    return newest

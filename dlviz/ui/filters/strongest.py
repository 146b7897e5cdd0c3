"""Figure 2: the nine pictures that excite a channel most, and the pixels in them that did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.components.tiles import tiles
from dlviz.ui.data import held_out_of
from dlviz.ui.filters import gallery
from dlviz.ui.filters.unit import choose_channel, choose_layer

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dlviz.figures.filters import FilterWall
    from dlviz.ui.filters.views import Place


def show(place: Place) -> None:
    """Filters, patches and projections side by side; whole pictures and all channels below."""
    from dlviz.figures.data_code import held_out_code
    from dlviz.figures.walls import code, saved_picture

    offer, model, status = place.offer, place.model, place.status
    with place.controls:
        layer = choose_layer(offer, model, status)
    filters, patches, projections = st.columns(3)
    with filters:
        _first_layer(gallery.first_layer(offer, model))
    with status:
        look = gallery.search(offer, model, layer)
    with place.controls:
        most = gallery.most_excited(look.top)
        channel = choose_channel(offer, model, layer, status, default=most)
    nine = gallery.nine_of(look, channel)
    labels = held_out_of(model.data)[1]
    classes = [model.classes[labels[index]] for index in nine.indices]
    _nine(nine, classes, look.seen, patches, projections)
    title = f"{offer.title} · {look.about.words} · channel {channel}"
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.subheader("The whole pictures", anchor=False, width="content")
        st.download_button(
            "Save picture",
            lambda: saved_picture(gallery.drivers_of(look, channel), title, look.theme),
            f"{offer.key}-{layer}-{channel}.png",
            "image/png",
            on_click="ignore",
        )
    tiles(nine.originals, classes, key="originals", texts=classes, smallest=100, linked="nine")
    st.subheader(f"All channels of {look.about.words}", anchor=False)
    st.markdown("Pick one with a click, or with the arrow keys and Enter.")
    _wall(look, channel)
    with st.expander("Show the code"):
        pictures = held_out_code(model.data, model.input_shape[-1])
        st.code(
            code(offer.key, layer, channel, own=offer.own, pictures=pictures), language="python"
        )


def _first_layer(found: tuple[FilterWall, bytes] | None) -> None:
    st.markdown("#### First-layer filters")
    if found is None:
        st.caption("This network has no convolution.")
        return
    wall, png = found
    st.image(png, width="stretch", output_format="PNG")
    st.caption(
        f"{wall.words} Only the first layer's weights are pictures themselves; a deeper unit is "
        "shown by what excites it."
    )


def _nine(
    nine: gallery.Nine,
    classes: list[str],
    seen: int,
    patches: DeltaGenerator,
    projections: DeltaGenerator,
) -> None:
    with patches:
        st.markdown("#### What excites it most")
        names = [f"{rank}. patch, from a picture of: {c}" for rank, c in enumerate(classes, 1)]
        tiles(nine.patches, names, key="patches", columns=3, linked="nine")
        st.caption(f"The best of {seen:,} held-out pictures, cut to exactly what the unit sees.")
    with projections:
        st.markdown("#### The pixels that did it")
        names = [f"{rank}. projection, picture of: {c}" for rank, c in enumerate(classes, 1)]
        texts = nine.numbers
        tiles(nine.projections, names, key="projections", texts=texts, columns=3, linked="nine")
        st.caption(nine.words)


def _wall(look: gallery.Look, channel: int) -> None:
    kind = st.segmented_control(
        "Of each channel, its strongest",
        list(gallery.WALLS),
        default="patch",
        required=True,
        key="kind",
    )
    wall = gallery.WALLS[str(kind)](look)
    names = [f"Channel {index}" for index in range(wall.count)]
    tiles(wall, names, key="wall", selected=channel, on_pick=lambda: None)

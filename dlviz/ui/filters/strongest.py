"""Figure 2: the nine pictures that excite a channel most, and the pixels in them that did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.ui.components.tiles import tiles
from dlviz.ui.controls import save_button
from dlviz.ui.filters import gallery
from dlviz.ui.filters.nine import (
    ORIGINALS,
    OWN,
    PATCHES,
    PROJECTIONS,
    WALL,
    control_of,
    grids_of,
    offer_ahead,
)
from dlviz.ui.filters.segments import segments
from dlviz.ui.filters.sets import PHOTOS, TRAINING, choose_pictures
from dlviz.ui.filters.unit import FIRST_NINE, choose_channel, choose_layer
from dlviz.ui.filters.views import FILTERS

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dlviz.figures.wall_controls import Control
    from dlviz.ui.components.tiles import Ahead
    from dlviz.ui.views import Place

# Whose projections are shown; the others' names are those of ``figures.wall_controls``.
UNITS = {OWN: "This channel", "random": "Random weights", "another": "Another"}
_WHAT = (
    "The same pictures at the same places through random weights (the network before its "
    "training), or for another channel: what they have in common with this channel's is the "
    "picture's own."
)


def show(place: Place) -> None:
    """Patches, projections and whole pictures side by side; all channels below."""
    offer, model, status = place.offer, place.model, place.status
    with place.controls:
        layer = choose_layer(offer, model, status)
        pictures = choose_pictures(model)
    with status:
        look = gallery.search(offer, model, layer, pictures)
    with place.controls:
        most = gallery.most_excited(look.top)
        channel = choose_channel(offer, model, layer, status, default=most, looks=FIRST_NINE)
    with status:
        nine = gallery.nine_in_steps(look, channel)
    with st.container(key="nine"):
        columns = st.columns(3, gap="large")
    with columns[1]:
        kind = _whose(nine)
    control = control_of(look, channel, kind)
    grids, ahead = grids_of(look, nine, control), offer_ahead(look, channel, kind)
    show_grid = partial(_grid, grids, ahead)
    with columns[0]:
        _patches(look, nine, show_grid)
    with columns[1]:
        _projections(nine, control, show_grid)
    with columns[2]:
        _originals(look, channel, control, show_grid)
    st.subheader(f"All channels of {look.about.words}", anchor=False)
    _wall(look, channel, ahead.get(WALL))
    _code(look, channel, random=control is not None and control.kind == "random")


def _head(text: str) -> DeltaGenerator:
    """A column's first row: as high as its neighbours'."""
    row = st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        height=40,
        border=False,
    )
    if text:
        row.markdown(f"#### {text}", width="content")
    return row


def _grid(
    grids: Mapping[str, Mapping[str, Any]], ahead: Mapping[str, Ahead | None], name: str
) -> None:
    tiles(**grids[name], key=name, columns=3, linked="nine", ahead=ahead.get(name))


def _patches(look: gallery.Look, nine: gallery.Nine, show_grid: Callable[[str], None]) -> None:
    _head("What excites it most")
    show_grid(PATCHES)
    each = f" ({_each()} of each)" if look.searched.name == PHOTOS else ""
    st.caption(
        f"The best of {look.seen:,} {look.searched.noun}{each}, cut to exactly what the unit "
        f"sees. {nine.field}{look.searched.rule} Of equals the first counts."
    )


def _each() -> int:
    from dlviz.io.photo_grid import EACH

    return EACH


def _whose(nine: gallery.Nine) -> str:
    """Whose projections are shown: one of ``UNITS``."""
    if nine.projections is None:
        _head("No projections")
        return OWN
    with _head(""):
        return segments("Projections of", UNITS, key="through", help=_WHAT)


def _projections(
    nine: gallery.Nine, control: Control | None, show_grid: Callable[[str], None]
) -> None:
    """The channel's own, or a control's."""
    from dlviz.figures.walls import NO_SWITCHES, SENTENCE

    if nine.projections is None:
        st.info(nine.words)
        if nine.words == NO_SWITCHES:
            FILTERS.link_to("deconvnet", "How it can be looked into")
        return
    show_grid(PROJECTIONS)
    st.caption(f"{control.words}\n\n{SENTENCE}" if control else nine.words)


def _originals(
    look: gallery.Look,
    channel: int,
    control: Control | None,
    show_grid: Callable[[str], None],
) -> None:
    from dlviz.figures.walls import saved_picture

    of = control.title if control else f"channel {channel}"
    title = f"{look.offer.title} · {look.about.words} · {of}"
    suffix = f"-{control.kind}" if control else ""
    with _head("In the picture"):
        save_button(
            "Save picture",
            lambda: saved_picture(gallery.drivers_of(look, channel, control), title, look.theme),
            f"{look.offer.key}-{look.layer}-{channel}{suffix}.png",
            "image/png",
        )
    show_grid(ORIGINALS)
    st.caption("The whole pictures; the frame is what the unit sees of each.")


def _wall(look: gallery.Look, channel: int, ahead: Ahead | None) -> None:
    """Every channel by one little picture, and in words what an empty one is."""
    kind, scale = next(iter(gallery.WALLS)), ""
    head = st.empty()
    if look.projected:
        options = {kind: f"Its strongest {kind}" for kind in gallery.WALLS}
        kind = segments("Of each channel, its strongest", options, key="kind")
        scale = " Each projection has a scale of its own." if kind == "projection" else ""
    silent = int((look.top.values[:, 0] <= 0).sum())
    empty = f" {silent} of {look.about.channels} are empty: no picture here excites them."
    head.markdown(
        f"Pick one with a click, or with the arrow keys and Enter.{empty if silent else ''}{scale}"
    )
    wall = gallery.WALLS[kind](look)
    names = [f"Channel {index}" for index in range(wall.count)]
    tiles(wall, names, key=WALL, selected=channel, on_pick=lambda: None, ahead=ahead)


def _code(look: gallery.Look, channel: int, *, random: bool) -> None:
    from dlviz.figures.walls_code import code

    with st.expander("Show the code"):
        text = code(
            look.offer.key,
            look.layer,
            channel,
            own=look.offer.own,
            pictures=look.searched.source,
            grouped=look.searched.groups is not None,
            projected=look.projected,
            random=random,
        )
        st.code(text, language="python")
        if look.searched.name == TRAINING:
            st.caption("Training pictures are drawn first: that takes some seconds.")

"""Figure 2: the nine pictures that excite a channel most, and the pixels in them that did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.figures.sheets import sheet_of
from dlviz.ui.components.tiles import tiles
from dlviz.ui.controls import save_button
from dlviz.ui.filters import gallery
from dlviz.ui.filters.segments import segments
from dlviz.ui.filters.sets import PHOTOS, TRAINING, choose_pictures
from dlviz.ui.filters.unit import FIRST_NINE, choose_channel, choose_layer
from dlviz.ui.filters.views import FILTERS

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dlviz.figures.wall_controls import Control
    from dlviz.ui.views import Place

OWN = "own"
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
    nine = gallery.nine_of(look, channel)
    with st.container(key="nine"):
        patches, projections, originals = st.columns(3, gap="large")
    titles = [look.searched.title(index) for index in nine.indices]
    with patches:
        _patches(look, nine, titles)
    with projections:
        control = _projections(look, channel, nine, titles)
    with originals:
        _originals(look, channel, nine, titles, control)
    st.subheader(f"All channels of {look.about.words}", anchor=False)
    _wall(look, channel)
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


def _patches(look: gallery.Look, nine: gallery.Nine, titles: list[str]) -> None:
    _head("What excites it most")
    names = [f"{rank}. patch, from a picture of: {what}" for rank, what in enumerate(titles, 1)]
    tiles(nine.patches, names, key="patches", columns=3, linked="nine")
    kind = f"squares of photographs ({_each()} of each)" if look.searched.name == PHOTOS else ""
    st.caption(
        f"The best of {look.seen:,} {kind or look.searched.noun}, cut to exactly what the unit "
        f"sees. {nine.field}{look.searched.rule} Of equals the first counts."
    )


def _each() -> int:
    from dlviz.io.photo_grid import EACH

    return EACH


def _projections(
    look: gallery.Look, channel: int, nine: gallery.Nine, titles: list[str]
) -> Control | None:
    """The channel's own, or a control's, which is returned."""
    from dlviz.figures.walls import SENTENCE

    names = [f"{rank}. projection, picture of: {what}" for rank, what in enumerate(titles, 1)]
    if nine.projections is None:
        _head("No projections")
        st.info(nine.words)
        FILTERS.link_to("deconvnet", "How it can be looked into")
        return None
    with _head(""):
        kind = segments("Projections of", UNITS, key="through", help=_WHAT)
    if kind == OWN:
        tiles(
            nine.projections,
            names,
            key="projections",
            texts=nine.numbers,
            columns=3,
            linked="nine",
        )
        st.caption(nine.words)
        return None
    control = gallery.control_of(look, channel, kind)
    numbers = gallery.numbered(control.answers)
    sheet = sheet_of(control.projections)
    tiles(sheet, names, key="projections", texts=numbers, columns=3, linked="nine")
    st.caption(f"{control.words}\n\n{SENTENCE}")
    return control


def _originals(
    look: gallery.Look,
    channel: int,
    nine: gallery.Nine,
    titles: list[str],
    control: Control | None,
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
    tiles(nine.originals, titles, key="originals", texts=titles, columns=3, linked="nine")
    st.caption("The whole pictures; the frame is what the unit sees of each.")


def _wall(look: gallery.Look, channel: int) -> None:
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
    tiles(wall, names, key="wall", selected=channel, on_pick=lambda: None)


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

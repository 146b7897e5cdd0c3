"""Bringing pictures of one's own: a zip with a folder per class, or drawings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from dlviz.core.words import grouped
from dlviz.ui.address import as_text, rerun
from dlviz.ui.components.draw import MAX_DRAWINGS, Drawings, draw
from dlviz.ui.controls import Named, choice, save_button
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dlviz.core.data import ImageData

UPLOAD, DRAW = "upload", "draw"
_ADDED = "own pictures were added"
_DRAWINGS = "drawings so far"
_READ = "zip that was read"
_LEFT_OUT = "pictures left out"  # by the name of the set: a sentence
ZIP_MB = 40


WAYS = {UPLOAD: Named("Your own pictures: a zip …"), DRAW: Named("Your own pictures: draw them …")}
SIDES = {"32": Named("32×32"), "64": Named("64×64"), "28": Named("28×28, like digits")}


def take_added() -> str:
    """The name of pictures that were added since the last run of the page, once; else empty."""
    return str(st.session_state.pop(_ADDED, ""))


def title_of(data: ImageData) -> str:
    """What a select box calls a visitor's own pictures."""
    names = ", ".join(data.classes[:3]) + (" …" if len(data.classes) > 3 else "")
    return f"Yours: {names} ({_count(data)} pictures)"


def own_panel(way: str) -> None:
    """Let the visitor upload a zip or draw; what is added is chosen in the next run."""
    (_upload if way == UPLOAD else _draw)()


def kept_row(name: str, data: ImageData) -> None:
    """What can be done with pictures of one's own that are here."""
    from dlviz.io.own_pictures import write_zip

    if sentence := st.session_state.get(_LEFT_OUT, {}).get(name):
        st.warning(as_text(sentence))
    channels, height, width = data.shape
    train, test = grouped(len(data.train_labels)), grouped(len(data.test_labels))
    st.caption(
        f"Your own pictures, {height}×{width} {'grey' if channels == 1 else 'colour'}: "
        f"{train} to train on, {test} held out. Only you "
        "can see them, and they are forgotten when you leave: save them, and the same zip brings "
        "back the same data."
    )
    with st.container(horizontal=True):
        make = partial(write_zip, data)
        save_button("Save as zip", make, f"{name}-{width}px.zip", "application/zip")
        st.button(
            "Remove",
            icon=":material/delete:",
            on_click=visitor().pictures.remove,
            args=(name,),
            key="remove own pictures",
        )


def _count(data: ImageData) -> int:
    return len(data.train_labels) + len(data.test_labels)


def _add(data: ImageData, left_out: str = "") -> None:
    """Keep these; ``left_out`` says what of the visitor's pictures is not among them."""
    name = visitor().pictures.add(data)
    st.session_state[_ADDED] = name
    st.session_state.setdefault(_LEFT_OUT, {})[name] = left_out
    rerun()


def _upload() -> None:
    from dlviz.io.own_pictures import (
        EVERY,
        MAX_CLASSES,
        MAX_PICTURES,
        MIN_CLASSES,
        MIN_PER_CLASS,
        ArchiveError,
        left_out,
        read_zip,
    )

    with st.container(horizontal=True, vertical_alignment="bottom"):
        side = choice("Each is cut to a square of", SIDES, key="side", width=200)
        file = st.file_uploader(
            f"A zip, one folder of PNG, JPEG or WEBP per class (≤ {ZIP_MB} MB)",
            type=["zip"],
            max_upload_size=ZIP_MB,
            key="own zip",
        )
    st.caption(
        f"{MIN_CLASSES} to {MAX_CLASSES} classes, each with at least {MIN_PER_CLASS} pictures, "
        f"{grouped(MAX_PICTURES)} in all; every {EVERY}th is held out. They stay in this "
        "server's memory while you are here, for you alone."
    )
    if file is None:
        return
    seen = (file.file_id, side)
    if st.session_state.get(_READ, (None,))[0] != seen:
        bar, missed = st.progress(0.0), list[str]()
        told = partial(_tell, bar)
        try:
            data = read_zip(file.getvalue(), side=int(side), told=told, missed=missed.append)
        except ArchiveError as error:
            st.session_state[_READ] = (seen, str(error))
            bar.empty()
        else:
            st.session_state[_READ] = (seen, "")
            _add(data, left_out(missed, _count(data) + len(missed)) if missed else "")
    if sentence := st.session_state[_READ][1]:
        st.error(as_text(sentence))


def _tell(bar: DeltaGenerator, done: float) -> None:
    bar.progress(done, "Reading the pictures … Choose other data to stop.")


def _draw() -> None:
    from dlviz.io.own_pictures import ArchiveError, from_drawings

    drawings: Drawings = st.session_state.setdefault(_DRAWINGS, Drawings())
    found: Any = None
    try:
        found = from_drawings(drawings.by_class)
        told = f"{_count(found)} drawings of {len(found.classes)} classes are enough to begin."
    except ArchiveError as error:
        told = str(error) if drawings.kept else "Name a class, draw, press Add: 10 of each will do."
    if len(drawings.kept) >= MAX_DRAWINGS:
        told = f"{MAX_DRAWINGS} drawings are the limit: remove one to add another."
    draw(drawings, told, key="draw")
    if st.button("Use these drawings", type="primary", disabled=found is None):
        _add(found)
    st.caption("Without mouse, pen or finger: bring a zip of pictures instead.")

"""Bringing pictures of one's own to transfer learning: a zip of folders, or the camera.

They are kept with the visitor's other sets, at a larger side: the base knows photographs.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.words import grouped
from dlviz.ui.address import as_text, rerun
from dlviz.ui.controls import Named
from dlviz.ui.own_data import ZIP_MB
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.core.data import ImageData

ZIP, CAMERA = "zip", "camera"
WAYS = {ZIP: Named("Your own: a zip of folders …"), CAMERA: Named("Your own: the camera …")}
SIDE = 128
MOST = 600
ENOUGH = 10  # of a class: what the page asks for

_ADDED = "transfer pictures were added"
_READ = "transfer zip that was read"
_LEFT_OUT = "transfer pictures left out"  # by the name of the set: a sentence
_TAKEN = "transfer pictures taken"  # class name → squares
_SHOTS = "transfer shots"  # ids of the pictures that were added already


def take_added() -> str:
    """The name of pictures that were added since the last run of the page, once; else empty."""
    return str(st.session_state.pop(_ADDED, ""))


def left_out(name: str) -> str:
    """One sentence about the visitor's pictures that are not in this set, as Markdown."""
    return as_text(str(st.session_state.get(_LEFT_OUT, {}).get(name, "")))


def bring(way: str) -> None:
    """Let the visitor bring pictures; what is added is chosen in the next run."""
    (_zip if way == ZIP else _camera)()


def _add(data: ImageData, sentence: str = "") -> None:
    name = visitor().pictures.add(data)
    st.session_state[_ADDED] = name
    st.session_state.setdefault(_LEFT_OUT, {})[name] = sentence
    rerun()


def _zip() -> None:
    from dlviz.io.own_pictures import ArchiveError, read_zip
    from dlviz.io.own_pictures import left_out as told_of

    file = st.file_uploader(
        f"A zip with one folder of PNG, JPEG or WEBP per class: {ENOUGH} of each are enough, "
        f"{MOST} in all are the limit, and {ZIP_MB} MB",
        type=["zip"],
        max_upload_size=ZIP_MB,
        key="transfer zip",
    )
    if file is None:
        return
    if st.session_state.get(_READ, ("",))[0] != file.file_id:
        bar, missed = st.progress(0.0), list[str]()
        told = partial(_tell, bar)
        try:
            data = read_zip(file.getvalue(), side=SIDE, most=MOST, told=told, missed=missed.append)
        except ArchiveError as error:
            st.session_state[_READ] = (file.file_id, str(error))
            bar.empty()
        else:
            st.session_state[_READ] = (file.file_id, "")
            total = len(data.train_labels) + len(data.test_labels) + len(missed)
            _add(data, told_of(missed, total) if missed else "")
    if sentence := st.session_state[_READ][1]:
        st.error(as_text(sentence))


def _tell(bar: DeltaGenerator, done: float) -> None:
    bar.progress(done, "Reading the pictures … Choose other pictures to stop.")


def _camera() -> None:
    from dlviz.io.own_pictures import MAX_CLASS_NAME, ArchiveError, clean, from_photographs

    taken: dict[str, list[Tensor]] = st.session_state.setdefault(_TAKEN, {})
    left, right = st.columns([1, 1], gap="medium")
    with right:
        shot = st.camera_input(
            "Your camera (a browser lends it only to a page on localhost or https)",
            resolution="480p",
            width=320,
            key="transfer camera",
        )
    with left:
        label = st.text_input("Class of the next picture", max_chars=MAX_CLASS_NAME)
        name = clean(label)
        if shot is not None:
            _take(taken, name, shot.file_id, shot.getvalue())
        counts = ", ".join(f"{as_text(key)}: {len(items)}" for key, items in taken.items())
        st.markdown(
            f"So far: {counts or 'none'}. Name a class, take {ENOUGH} pictures of it, then name "
            "the next: every fifth of a class is held out."
        )
        try:
            data = from_photographs(taken, most=MOST)
        except ArchiveError as error:
            data = None
            if taken:
                st.caption(as_text(str(error)))
        with st.container(horizontal=True):
            if st.button("Use these pictures", type="primary", disabled=data is None) and data:
                _add(data)
            st.button("Forget them", on_click=_forget, disabled=not taken)


def _take(taken: dict[str, list[Tensor]], name: str, shot: str, content: bytes) -> None:
    """Add a picture to its class, once; it waits until the class has a name."""
    from dlviz.io.pictures import PictureError, fit, read_picture

    seen: set[str] = st.session_state.setdefault(_SHOTS, set())
    if shot in seen:
        return
    if not name:
        st.warning("Name the class first: the picture waits.")
        return
    if sum(len(items) for items in taken.values()) >= MOST:
        st.warning(f"{grouped(MOST)} pictures are the limit.")
        return
    try:
        square = fit(read_picture(content), SIDE)
    except PictureError as error:
        st.error(str(error))
        return
    seen.add(shot)
    taken.setdefault(name, []).append(square)


def _forget() -> None:
    st.session_state.pop(_TAKEN, None)

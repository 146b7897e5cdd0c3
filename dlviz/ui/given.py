"""Pictures that a visitor gives: a file, the camera's, or a drawing; they stay in the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dlviz.ui.components.sketch import sketch
from dlviz.ui.controls import save_button

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.core.classifier import Classifier

OWN, WEBCAM, DRAWN = "own", "webcam", "drawn"  # as the address says them; camera is a photograph
DRAWN_SHAPE = (1, 28, 28)  # of the networks that a drawing is for
MAX_UPLOAD_MB = 10
_TITLES = {OWN: "your picture", WEBCAM: "your picture", DRAWN: "your drawing"}
_INK = "ink of the drawing"


@dataclass(frozen=True, eq=False)
class Given:
    """A visitor's picture: uint8 3×S×S, or 1×28×28 if drawn; ``source``: Python that sets it."""

    title: str
    name: str
    pixels: Tensor
    source: str


def given(source: str, model: Classifier, told: DeltaGenerator, until: str) -> Given | None:
    """The visitor's newest good picture; None until there is one.

    ``told`` has the control for it and a sentence on what has become of the file; ``until`` names
    what stands in.
    """
    with told:
        found = _drawn(model) if source == DRAWN else _from_file(source, model)
        if found is None:
            st.caption(f"Until then: {until.lower()}.")
    return found


def _from_file(source: str, model: Classifier) -> Given | None:
    from dlviz.io.pictures import PictureError

    data = _file(source)
    if data is None:
        return None
    size = model.input_shape[-1]
    try:
        pixels, words = _fitted(data, size)
    except PictureError as error:
        st.error(str(error))
        return None
    st.caption(words)
    return Given(_TITLES[source], "my-picture", pixels, _code("my-picture", size))


def _file(source: str) -> bytes | None:
    """What was uploaded or taken last, also where the page was left in between."""
    key = f"given {source}"

    def changed() -> None:
        st.session_state.pop(key, None)

    if source == OWN:
        file = st.file_uploader(
            "Your picture",
            type=["png", "jpg", "jpeg", "webp"],
            max_upload_size=MAX_UPLOAD_MB,
            label_visibility="collapsed",
            on_change=changed,
        )
    else:
        st.caption("A browser lends its camera only to a page on localhost or https.")
        file = st.camera_input(
            "Your camera",
            label_visibility="collapsed",
            resolution="480p",
            width=320,
            on_change=changed,
        )
    if file is not None:
        st.session_state[key] = file.getvalue()
    data: bytes | None = st.session_state.get(key)
    return data


@st.cache_data(scope="session", max_entries=2, show_spinner=False)
def _fitted(data: bytes, size: int) -> tuple[Tensor, str]:
    """(the picture at the network's input size, what was done to it)."""
    from dlviz.io.pictures import fit, read_picture

    picture = read_picture(data)
    if picture.size == (size, size):  # such a file may be one that was saved here: ``fit`` keeps it
        words = f"Taken as it is: the file has the network’s own input size, {size}×{size}."
    else:
        width, height = picture.size
        words = f"Its centre square, resized from {width}×{height} to {size}×{size}."
    return fit(picture, size), words


def _drawn(model: Classifier) -> Given | None:
    import torch

    from dlviz.core.centring import centred
    from dlviz.figures.compose import png_bytes
    from dlviz.io.datasets import name_of

    ink = sketch(st.session_state.get(_INK, b""), key="sketch")
    st.session_state[_INK] = ink
    if not any(ink):
        return None
    sheet = torch.from_numpy(np.frombuffer(ink, np.uint8).reshape(DRAWN_SHAPE).copy())
    words = "White on black, 28×28, as the network sees pictures."
    if name_of(model.data) in ("mnist", "mnist_full"):
        sheet = centred(sheet)
        words += " Its centre of mass is moved to the middle, as it is in MNIST."
    if name_of(model.data) != model.data:
        from dlviz.core.data import shuffle_pixels

        sheet = shuffle_pixels(sheet[None])[0]
        words += " Its pixels are shuffled like those that the network knows."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words)
        grey = sheet[0].numpy()
        png = png_bytes(np.stack([grey] * 3, axis=2))
        save_button("Save drawing", png, "my-drawing.png", "image/png")
    return Given(_TITLES[DRAWN], "my-drawing", sheet, _drawing_code())


def _code(name: str, size: int) -> str:
    return (
        "from pathlib import Path\nfrom dlviz.io.pictures import fit, read_picture\n\n"
        f'pixels = fit(read_picture(Path("{name}.png").read_bytes()), {size})'
    )


def _drawing_code() -> str:
    return f"{_code('my-drawing', DRAWN_SHAPE[-1])}[:1]  # grey: all three colours are the same"

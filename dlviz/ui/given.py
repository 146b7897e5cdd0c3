"""Pictures that a visitor gives: a file, the camera's, or a drawing; they stay in the session."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dlviz.ui.components.sketch import sketch

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.core.classifier import Classifier

OWN, WEBCAM, DRAWN = "own", "webcam", "drawn"  # as the address says them; camera is a photograph
DRAWN_SHAPE = (1, 28, 28)  # of the networks that a drawing is for
MAX_UPLOAD_MB = 10
_TITLES = {OWN: "your picture", WEBCAM: "your picture", DRAWN: "your drawing"}
_INK = "ink of the drawing"
_BELOW = '[data-testid="stLayoutWrapper"]:has(> .st-key-given) { flex: 1 0 100%; order: 1; }'


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
    until = f"Until then: {until.lower()}."
    with told:
        return _drawn(model, until) if source == DRAWN else _from_file(source, model, until)


def below() -> DeltaGenerator:
    """A line of its own in a row of controls, after all of them."""
    st.html(f"<style>{_BELOW}</style>")
    return st.container(key="given", gap="xsmall")


def _from_file(source: str, model: Classifier, until: str) -> Given | None:
    from dlviz.io.pictures import PictureError

    data = _file(source)
    if data is None:
        st.caption(until)
        return None
    size = model.input_shape[-1]
    try:
        pixels, words = _fitted(data, size)
    except PictureError as error:
        st.error(str(error))
        st.caption(until)
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


def _drawn(model: Classifier, until: str) -> Given | None:
    from dlviz.io.png import png_bytes

    ink = sketch(st.session_state.get(_INK, b""), key="sketch")
    st.session_state[_INK] = ink
    blank = not any(ink)
    pixels, words = _sheet(ink or bytes(prod(DRAWN_SHAPE)), model)
    with st.container(horizontal=True, vertical_alignment="center"):  # nothing moves under the hand
        st.caption(until if blank else words)
        st.download_button(
            "Save drawing",
            png_bytes(np.stack([pixels[0].numpy()] * 3, axis=2)),
            "my-drawing.png",
            "image/png",
            icon=":material/download:",
            on_click="ignore",
            disabled=blank,
        )
    return None if blank else Given(_TITLES[DRAWN], "my-drawing", pixels, _drawing_code())


def _sheet(ink: bytes, model: Classifier) -> tuple[Tensor, str]:
    """(the drawing as the network knows pictures, uint8 1×28×28; what was done to it)."""
    import torch

    from dlviz.core.centring import centred
    from dlviz.core.data import shuffle_pixels
    from dlviz.io.datasets import name_of

    sheet = torch.from_numpy(np.frombuffer(ink, np.uint8).reshape(DRAWN_SHAPE).copy())
    words = "White on black, 28×28, as the network sees pictures."
    name = name_of(model.data)
    if name in ("mnist", "mnist_full"):
        sheet = centred(sheet)
        words += " Its centre of mass is moved to the middle, as it is in MNIST."
    if name != model.data:
        sheet = shuffle_pixels(sheet[None])[0]
        words += " Its pixels are shuffled like those that the network knows."
    return sheet, words


def _code(name: str, size: int) -> str:
    return (
        "from pathlib import Path\nfrom dlviz.io.pictures import fit, read_picture\n\n"
        f'pixels = fit(read_picture(Path("{name}.png").read_bytes()), {size})'
    )


def _drawing_code() -> str:
    return f"{_code('my-drawing', DRAWN_SHAPE[-1])}[:1]  # grey: all three colours are the same"

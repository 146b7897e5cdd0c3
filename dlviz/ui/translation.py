"""Shift the picture: does the map follow, does it stay? Only this part runs again."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dlviz.core.translation import FURTHEST, SilentError, Translation, measure, scene
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.address import follow, write
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.figures.colours import Colours

FIRST_SHIFT = 1
PHOTO = "cat"

STYLE = """<style>
.shifted { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 0.6rem; }
.shifted figure { margin: 0; }
.shifted img { display: block; width: 100%; aspect-ratio: 1; border-radius: 0.3rem;
  image-rendering: pixelated; }
.shifted figcaption { font-size: 15px; line-height: 1.3; margin-bottom: 0.25rem;
  min-height: 1.3em; }
@media (max-width: 640px) { .shifted { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
</style>"""


@st.fragment
def translation_section(kernel: NDArray[np.float64], name: str, photo: str = PHOTO) -> None:
    """Header, slider, pictures and two charts for one kernel, k×k as it is multiplied.

    ``name`` is its title. The address has the shift as ``shift``. ``photo`` is a shipped one.
    """
    from dlviz.figures import translation

    st.header("Shift the picture")
    control, shown = st.columns([1, 2], gap="medium", vertical_alignment="center")
    with control:
        st.markdown(
            f"$f(x)$ is the map of the {PHOTOGRAPHS[photo].title.lower()} for **{name}**, after "
            "ReLU. $T$ shifts the picture; what leaves on the right comes back on the left, so "
            "that nothing is gained or lost."
        )
        shift = _slider()
    try:
        found = _measured(kernel.tobytes(), kernel.shape, photo)
    except SilentError as error:
        st.info(str(error))
        return
    pictures = translation.pictures(_scene(photo), kernel, shift)
    shown.html(STYLE + _gallery(pictures))
    colours = theme()  # asked now: the pictures are made when nobody knows the visitor
    control.download_button(
        "Save pictures",
        lambda: translation.saved(pictures, theme=colours),
        f"{photo}-shifted-{shift}.png",
        "image/png",
        key="save shifted",
        on_click="ignore",
    )
    left, right = st.columns(2)
    with left.container(gap="xsmall"):
        st.markdown("#### Does the map follow?")
        st.markdown(
            r"$\lVert f(Tx) - Sf(x) \rVert \,/\, \lVert f(x) \rVert$; "
            "$S$: the nearest shift of the map"
        )
        _chart(translation.following(found), shift, "follows")
        st.markdown(translation.follow_sentence(found, shift))
    with right.container(gap="xsmall"):
        st.markdown("#### Does it stay as it was?")
        st.markdown(
            r"$\lVert g(Tx) - g(x) \rVert \,/\, \lVert g(x) \rVert$; "
            "$g$ is $f$ and then the pooling"
        )
        _chart(translation.staying(found), shift, "stays")
        st.markdown(translation.stay_sentence(found, shift))
    with st.expander("Show the code"):
        size = load_photograph(photo).shape[:2]
        st.code(translation.code(kernel, photo, size, shift), language="python")


def _slider() -> int:
    def read(text: str) -> int:
        try:
            value = int(text[:10])
        except ValueError:
            value = -1
        if not 0 <= value <= FURTHEST:
            raise ValueError(f"the shift is a whole number from 0 to {FURTHEST} pixels")
        return value

    if sentence := follow("shift", read, FIRST_SHIFT):
        st.info(sentence)
    # A slider moves faster than the address that each move comes with: what it was moved to counts.
    shift: int = st.slider(
        "Shift to the right, in pixels", 0, FURTHEST, key="shift", on_change=_write_shift
    )
    _write_shift()
    return shift


def _write_shift() -> None:
    write("shift", st.session_state["shift"], FIRST_SHIFT)


@st.cache_data(max_entries=8, show_spinner=False)
def _scene(photo: str) -> NDArray[np.float64]:
    return scene(load_photograph(photo))


@st.cache_data(max_entries=128, show_spinner="Measuring 17 shifts …")
def _measured(numbers: bytes, shape: tuple[int, ...], photo: str) -> Translation:
    return measure(_scene(photo), np.frombuffer(numbers).reshape(shape))


def _gallery(pictures: dict[str, Colours]) -> str:
    from dlviz.io.png import png_bytes

    figures = "".join(
        f'<figure><figcaption>{escape(title)}</figcaption><img alt="{escape(title)}" '
        f'src="data:image/png;base64,{b64encode(png_bytes(picture)).decode()}"></figure>'
        for title, picture in pictures.items()
    )
    return f'<div class="shifted">{figures}</div>'


def _chart(lines: dict[str, tuple[float, ...]], shift: int, key: str) -> None:
    from dlviz.figures.translation import chart

    save = {"displaylogo": False, "modeBarButtons": [["toImage"]]}
    save["toImageButtonOptions"] = {"filename": f"map-{key}"}
    st.plotly_chart(chart(lines, shift), key=f"chart {key}", config=save)

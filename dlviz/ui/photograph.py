"""The same kernel on a whole picture: a shipped one, the visitor's own, or one of their camera."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dlviz.figures.colours import Colours
from dlviz.figures.filtering import WAYS, FilterError, at_most, filter_photograph
from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.components.loupe import loupe
from dlviz.ui.controls import choice
from dlviz.ui.theme import theme

MAX_UPLOAD_MB = 10
OWN, WEBCAM = "own", "webcam"


@dataclass(frozen=True)
class Source:
    """A way to a picture of one's own."""

    title: str
    until: str


OWN_SOURCES = {
    OWN: Source("Your own picture …", "Choose a PNG, JPEG or WEBP file."),
    WEBCAM: Source(
        "Your camera …", "A browser lends its camera only to a page on localhost or https."
    ),
}


@st.fragment
def photograph_section(
    kernels: NDArray[np.float64] | None,
    *,
    name: str,
    dilation: int = 1,
    pool: tuple[str, int, int] | None = None,
    note: str = "",
    first: str = "grey",
) -> None:
    """Header, choices and loupe; only this part runs again when one of them changes.

    ``kernels`` C×k×k (C = 1 or 3) as they are multiplied, with the title ``name``; None with
    ``pool``, (op, size, stride). ``note`` is a last sentence, ``first`` what is done with
    the colours unless the visitor chooses: one of WAYS. The address has the picture as ``photo``
    and the colours as ``way``.
    """
    st.header("The same pooling on a picture" if pool else "The same kernel on a picture")
    ordered = {first: WAYS[first], **WAYS}
    ways = {key: way for key, way in ordered.items() if not (pool and key == "summed")}
    with st.container(horizontal=True):
        source = choice("Picture", {**PHOTOGRAPHS, **OWN_SOURCES}, key="photo", width=260)
        way = choice("Colours", ways, key="way", context=first, width=260)
    for title, picture in _candidates(source):
        try:
            result = filter_photograph(
                picture, kernels, way=way, dilation=dilation, pool=pool, theme=theme()
            )
        except FilterError as error:  # the visitor's own is too small: a shipped one never is
            st.error(str(error))
            continue
        st.markdown(_lesson(kernels, way, signed=result.loupe["signed"]) + WAYS[way].what + note)
        file = re.sub(r"[^a-z0-9]+", "-", f"{source} {name} {way}".lower())
        loupe(result.loupe, before=title, after=name, file=f"{file}.png")
        return


def _lesson(kernels: NDArray[np.float64] | None, way: str, *, signed: bool) -> str:
    """One sentence about this kernel: what a flat area becomes."""
    if kernels is None:
        return "Every window becomes one number: the map is smaller than the picture. "
    colours = np.broadcast_to(kernels, (3, *kernels.shape[1:])).sum(axis=(1, 2))
    sums = {"grey": [kernels.sum()], "channels": list(colours), "summed": [colours.sum()]}[way]
    if way == "grey" and not kernels.sum(axis=0).any():
        return "The channels' kernels cancel out: on a grey picture the answer is 0 everywhere. "
    said = " and ".join(dict.fromkeys(_plain(float(value)) for value in sums))
    if not signed:
        becomes = "flat areas stay flat, so it gives a picture again"
    elif not np.allclose(sums, 0, atol=1e-6):
        becomes = "it gives signed numbers, not a picture"
    elif way == "summed" and not np.allclose(colours, 0, atol=1e-6):
        becomes = "grey vanishes, and one colour against another answers"
    else:
        becomes = "flat areas vanish, and what changes answers: edges"
    return f"The kernel's numbers add up to **{said}**: {becomes}. "


def _plain(number: float) -> str:
    """Three digits; what floating point left over is 0."""
    return f"{0.0 if abs(number) < 1e-9 else number:.3g}".replace("-", "−")


def _candidates(source: str) -> list[tuple[str, Colours]]:
    """(title, picture) to try one after the other; the last is a shipped one."""
    if source in PHOTOGRAPHS:
        st.session_state["last photograph"] = source
        return [_shipped(source)]
    last = st.session_state.get("last photograph", next(iter(PHOTOGRAPHS)))
    own = _own(source)
    if own is None:
        st.caption(f"{OWN_SOURCES[source].until} Until then: {PHOTOGRAPHS[last].title}.")
        return [_shipped(last)]
    return [("your picture", own), _shipped(last)]


def _shipped(name: str) -> tuple[str, Colours]:
    return PHOTOGRAPHS[name].title, _small(name)


@st.cache_data(max_entries=len(PHOTOGRAPHS), show_spinner=False)
def _small(name: str) -> Colours:
    return at_most(load_photograph(name))


def _own(source: str) -> Colours | None:
    """The visitor's newest good picture from this source; it stays in their session."""
    from dlviz.io.pictures import PictureError, read_picture  # needs torch, the rest does not

    if source == OWN:
        given = st.file_uploader(
            "Your picture",
            type=["png", "jpg", "jpeg", "webp"],
            max_upload_size=MAX_UPLOAD_MB,
            label_visibility="collapsed",
        )
    else:
        given = st.camera_input(  # so wide and high, the browser's view shows all of the picture
            "Your camera", label_visibility="collapsed", resolution="480p", width=640
        )
    kept: dict[str, tuple[str, Colours]] = st.session_state.setdefault("own pictures", {})
    if given is not None and kept.get(source, ("",))[0] != given.file_id:
        try:
            kept[source] = given.file_id, at_most(read_picture(given.getvalue()))
        except PictureError as error:
            st.error(str(error))
    return kept[source][1] if source in kept else None

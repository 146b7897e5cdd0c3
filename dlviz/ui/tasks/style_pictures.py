"""The two pictures of an imitation: shipped photographs, or what a visitor gives."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.controls import Named, choice
from dlviz.ui.given import MAX_UPLOAD_MB, OWN, WEBCAM

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor


@dataclass(frozen=True, eq=False)
class StylePicture:
    """``pixels``: uint8 3×S×S. ``source``: Python that makes them; ``own``: the visitor's."""

    name: str
    title: str
    pixels: Tensor
    source: str
    own: bool

    @property
    def digest(self) -> str:
        """What results made from it are kept under."""
        return sha256(self.pixels.numpy().tobytes()).hexdigest()[:24]


def choose_name(label: str, first: str, *, key: str) -> str:
    """A select box of photographs, ``first`` the default, and ways to give one's own → its name."""
    found = {name: Named(PHOTOGRAPHS[name].title) for name in (first, *PHOTOGRAPHS)}
    found |= {OWN: Named("Your own picture …"), WEBCAM: Named("Your camera …")}
    return choice(label, found, key=key, width=180)


def picture_of(name: str, first: str, size: int, told: DeltaGenerator, *, key: str) -> StylePicture:
    """The picture of that name; until a visitor's own is there, and where it is refused, ``first``.

    ``told`` has the control to give one and says what became of it.
    """
    if name not in (OWN, WEBCAM):
        return _shipped(name, size)
    with told:
        return _given(name, size, key, f"Until then: {PHOTOGRAPHS[first].title}.") or _shipped(
            first, size
        )


def _shipped(name: str, size: int) -> StylePicture:
    from dlviz.io.pictures import fit

    pixels = fit(load_photograph(name), size)
    source = f'fit(load_photograph("{name}"), {size})'
    return StylePicture(name, PHOTOGRAPHS[name].title, pixels, source, own=False)


def _given(name: str, size: int, key: str, until: str) -> StylePicture | None:
    from dlviz.io.pictures import PictureError, fit, read_picture

    data = _file(name, f"given {name} {key}")
    if data is None:
        st.caption(until)
        return None
    try:
        pixels = fit(read_picture(data), size)
    except PictureError as error:
        st.error(f"{error} {until}")
        return None
    file = f"my-{key}"
    source = f'fit(read_picture(Path("{file}.png").read_bytes()), {size})'
    return StylePicture(file, "Your picture", pixels, source, own=True)


def _file(name: str, key: str) -> bytes | None:
    """What was uploaded or taken last, also where the page was left in between."""

    def changed() -> None:
        st.session_state.pop(f"{key} file", None)

    if name == OWN:
        file = st.file_uploader(
            "Your picture",
            type=["png", "jpg", "jpeg", "webp"],
            max_upload_size=MAX_UPLOAD_MB,
            key=key,
            label_visibility="collapsed",
            on_change=changed,
        )
    else:
        st.caption("A browser lends its camera only to a page on localhost or https.")
        file = st.camera_input(
            "Your camera",
            key=key,
            label_visibility="collapsed",
            resolution="480p",
            width=320,
            on_change=changed,
        )
    if file is not None:
        st.session_state[f"{key} file"] = file.getvalue()
    data: bytes | None = st.session_state.get(f"{key} file")
    return data

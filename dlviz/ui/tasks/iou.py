"""Intersection over union: drag a box, see what it is worth."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.figures.detection import FRAMED, Box, overlap_code
from dlviz.io.photographs import load_photograph
from dlviz.io.png import png_bytes
from dlviz.ui.address import follow, plain, write
from dlviz.ui.components.iou import iou_view
from dlviz.ui.controls import choice

if TYPE_CHECKING:
    from dlviz.ui.views import Spot

KEY, AT = "iou view", "at"


def show(spot: Spot) -> None:
    """The picture under the hand and the fraction beside it."""
    with spot.controls:
        name = choice("Thing", FRAMED, key="framed", width=200)
    framed = FRAMED[name]
    pixels = load_photograph(framed.photograph)
    height, width = pixels.shape[:2]

    def read(text: str) -> Box:
        try:
            left, top, right, bottom = (int(part) for part in text.split("."))
        except ValueError:
            left, top, right, bottom = 0, 0, -1, -1
        if not (0 <= left < right <= width and 0 <= top < bottom <= height):
            raise ValueError(f"the box “{plain(text)}”")
        return left, top, right, bottom

    sentence = follow(AT, read, framed.start, context=name, widget=False)
    if sentence:
        spot.status.info(sentence)
    box: Box = tuple(st.session_state[AT])

    def rested() -> None:
        told = st.session_state[KEY]["box"]
        if told and told["scene"] == name:
            st.session_state[AT] = tuple(told["box"])

    iou_view(
        {
            "scene": name,
            "png": base64.b64encode(png_bytes(pixels)).decode(),
            "width": width,
            "height": height,
            "truth": list(framed.truth),
            "start": list(framed.start),
            "box": list(box),
            "file": f"iou-{name}",
        },
        key=KEY,
        on_box=rested,
    )
    write(AT, ".".join(map(str, box)), ".".join(map(str, framed.start)), context=name)
    st.caption(
        "The true box was drawn by hand around the thing in the photograph. IoU is 1 only for the"
        " same box, and 0 for boxes that do not meet; it does not care how large things are. A"
        " thin thing forgives least: the same shift costs it more."
    )
    with st.expander("Show the code"):
        st.code(overlap_code(box, framed.truth), language="python")

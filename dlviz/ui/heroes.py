"""The shipped pictures: one real result per lab, made by ``python -m dlviz.figures.heroes``."""

from __future__ import annotations

import streamlit as st

from dlviz.io.assets import AssetError, asset_path

CAPTIONS: dict[str, str] = {
    "convolution": "The lecture's kernel over the lecture's grid, and Sobel's over a photograph.",
    "training": "A small CNN learning 8 000 digits: loss, accuracy and its first-layer filters.",
    "filters": "Channels of a trained net: the pictures that excite each most, and the pixels "
    "that did.",
    "adversarial": "Left: espresso. Right: not espresso, says MobileNetV2. Between: what was "
    "added, magnified.",
}


def hero(lab: str, *, caption: bool = True) -> None:
    """Show a lab's shipped picture, in the colours of the visitor's theme."""
    theme = "dark" if st.context.theme.type == "dark" else "light"
    try:
        path = asset_path(f"heroes/{lab}-{theme}.png")
    except AssetError as error:
        st.warning(str(error))
        return
    st.image(str(path), caption=CAPTIONS[lab] if caption else None, width="stretch")

"""The shipped pictures: one real result per lab, made by ``python -m dlviz.figures.heroes``."""

from __future__ import annotations

import base64
from functools import cache
from html import escape

import streamlit as st

from dlviz.io.assets import AssetError, asset_path
from dlviz.ui.theme import theme

CAPTIONS: dict[str, str] = {
    "convolution": "The lecture's kernel over the lecture's grid, and Sobel's over a photograph.",
    "points": "A spiral as one neuron, one layer of eight and two layers of eight tell it apart.",
    "training": "A small CNN learning 8 000 digits: loss, accuracy and its first-layer filters.",
    "filters": "Channels of a trained net: the pictures that excite each most, and the pixels "
    "that did.",
    "adversarial": "Left: espresso. Right: not espresso, says MobileNetV2. Between: what was "
    "added, magnified.",
    "neurons": "What one unit can compute, a perceptron’s weights for 0 against 1, and XOR with "
    "two hidden units.",
    "architectures": "The winners’ errors from 2010 to 2017; VGG16’s weights and multiply-adds, "
    "layer by layer.",
    "transfer": "Ten cats and ten foxes; the same network with ImageNet’s features and from "
    "scratch, 10 s each.",
    "medical": "Left: drawn chests in the order of a classifier’s scores. Right: CheXNet’s F1 and "
    "four radiologists’, with 95 % intervals.",
    "experiments": "With and without dropout, five seeds each; six layers from three starts.",
    "tasks": "Every form that a detector trained by dlviz finds in three scenes it has never seen.",
    "glossary": "Twelve blocks, each with what it does to a small input.",
}


def hero(lab: str, *, caption: bool = True) -> None:
    """Show a lab's shipped picture, in the colours of the visitor's theme.

    The picture travels inside the page: while PyTorch is imported the server may not answer a
    request for it for seconds.
    """
    try:
        source = _data_address(f"heroes/{lab}-{theme()}.webp")
    except AssetError as error:
        st.warning(str(error))
        return
    words = escape(CAPTIONS[lab])
    below = f'<figcaption class="hero-caption">{words}</figcaption>' if caption else ""
    st.html(f'<figure class="hero"><img src="{source}" alt="{words}">{below}</figure>')


@cache
def _data_address(file: str) -> str:
    return "data:image/webp;base64," + base64.b64encode(asset_path(file).read_bytes()).decode()

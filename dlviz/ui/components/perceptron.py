"""A perceptron's mistakes as a film in the page; asks no server."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from dlviz.ui.components.files import bundle, read
from dlviz.ui.components.gates import SCALES


@cache
def script() -> str:
    """The component's ES modules as one text; a test runs it under Node."""
    return bundle(
        "scale.js",
        "theme.js",
        "picture.js",
        "gif_colours.js",
        "gif.js",
        "stepper_film.js",
        "film_view.js",
        "perceptron_words.js",
        "perceptron_draw.js",
        "perceptron.js",
    )


_mount = st.components.v2.component(
    "dlviz_perceptron",
    html=read("perceptron.html"),
    css=bundle("frame.css", "film_view.css", "perceptron.css"),
    js=script(),
)


def perceptron_view(data: Mapping[str, Any], *, key: str = "perceptron") -> None:
    """Show ``scene`` of ``dlviz.figures.neurons_perceptron``."""
    _mount(key=key, data={**data, "scales": SCALES})

"""A small picture with its heading and answer, for views that lay several side by side."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.figures.colours import Colours


def heading(place: DeltaGenerator, text: str) -> None:
    """Two lines at most, so that pictures beside one another begin alike."""
    place.html(f'<div class="heading">{escape(text)}</div>')


def picture(place: DeltaGenerator, colours: Colours, alt: str) -> None:
    """A uint8 H×W×3 picture, enlarged with hard edges."""
    from dlviz.figures.triptych import enlarged
    from dlviz.io.png import png_bytes

    # Inside the address of the picture: a file of the server is gone as soon as the page has run
    # again, and Streamlit would make a JPEG of it.
    png = b64encode(png_bytes(enlarged(colours))).decode()
    place.image(f"data:image/png;base64,{png}", width="stretch", alt=alt)


def bars(place: DeltaGenerator, answer: Tensor, classes: tuple[str, ...], label: int) -> None:
    """The five likeliest classes; the one to be kept, ``label``, has the same colour everywhere."""
    from dlviz.figures.charts import probability_bars
    from dlviz.figures.colours import class_colour

    marked = {int(answer.argmax()): class_colour(0), label: class_colour(1)}
    drawn = probability_bars(answer.tolist(), classes, marked=marked)
    place.markdown(drawn, unsafe_allow_html=True)

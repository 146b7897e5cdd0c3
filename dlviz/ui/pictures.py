"""Choosing the picture to look at: held-out, a photograph, one's own, the camera's, or drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.data import held_out_of, is_own
from dlviz.ui.given import DRAWN, DRAWN_SHAPE, OWN, WEBCAM, below, given

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.core.classifier import Classifier

HELD_OUT = "held_out"
IMAGE = "image"  # the address's parameter, and the control's key, of a held-out picture's number


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture of a network's input size: ``pixels`` uint8 C×H×W.

    ``title`` says what it is, ``name`` is for files. ``label`` is its class's number, None if
    nobody knows; ``right`` are the class names that are true of it: empty if the network has none
    for it, None if nobody knows. ``own``: the visitor's, so nothing made from it may be cached
    where others could see it. ``source``: Python that sets ``pixels``.
    """

    title: str
    name: str
    pixels: Tensor
    label: int | None
    right: frozenset[str] | None
    own: bool
    source: str

    @property
    def key(self) -> str:
        """What results made from it are kept under: a digest of its pixels."""
        return sha256(self.pixels.numpy().tobytes()).hexdigest()[:24]


def choose_picture(
    model: Classifier,
    told: DeltaGenerator | None = None,
    *,
    first: int | Callable[[], int] = 0,
    photograph: str = "",
    another: Callable[[], int] | None = None,
) -> Picture:
    """A select box, and what the choice needs besides; the address has it as ``picture``.

    A network with a data set of its own begins with that set's held-out picture number
    ``first`` (the address has the number as ``image``), another one with a photograph:
    ``photograph``, or the first there is. Until somebody's own picture is there, and where one is
    refused, a shipped one stands in and ``told`` (or here) says so. ``another`` gives the number
    of the held-out picture that a button brings. Raises ValueError with one sentence where the
    held-out pictures are gone.
    """
    sources = _sources(model, photograph)
    context = model.data or "photographs"
    source = choice("Picture", sources, key="picture", context=context, width=220)
    stands_in = source in (OWN, WEBCAM, DRAWN)
    if stands_in:
        shipped = next(iter(sources))
        found = given(source, model, told or below(), sources[shipped].title)
        if found is not None:
            title, name, pixels, code = found.title, found.name, found.pixels, found.source
            return _as_seen(Picture(title, name, pixels, None, None, True, code), model)
        source = shipped
    if source == HELD_OUT:
        index = first if isinstance(first, int) else first()
        return _held_out(model, index if stands_in else _numbered(model, index, another))
    return _photograph(source, model)


def has_data(model: Classifier) -> bool:
    """Whether there are held-out pictures of the data set that the network knows."""
    from dlviz.io.datasets import OWN as OWN_DATA
    from dlviz.io.datasets import is_known

    return is_known(model.data) or model.data.startswith(OWN_DATA)


def _sources(model: Classifier, photograph: str) -> dict[str, Named]:
    """What may be chosen, the default first."""
    found = {HELD_OUT: Named("Held-out picture")} if has_data(model) else {}
    names = [photograph, *PHOTOGRAPHS] if photograph else PHOTOGRAPHS
    found |= {name: Named(PHOTOGRAPHS[name].title) for name in names}
    found |= {OWN: Named("Your own picture …"), WEBCAM: Named("Your camera …")}
    if model.input_shape == DRAWN_SHAPE:
        found[DRAWN] = Named("Draw one …")
    return found


def _numbered(model: Classifier, first: int, another: Callable[[], int] | None) -> int:
    """The held-out picture's number, and the button that brings another one."""
    last = len(held_out_of(model.data)[0]) - 1
    index = number(
        f"Image (0 to {last})",
        0,
        last,
        min(first, last),
        key=IMAGE,
        context=model.data,
        width=150,
    )
    if another is not None:

        def draw() -> None:
            st.session_state[IMAGE] = another()

        st.button("Random", on_click=draw, help="Another picture that the net gets right.")
    return index


def _held_out(model: Classifier, index: int) -> Picture:
    from dlviz.figures.data_code import held_out_code

    pixels, labels = held_out_of(model.data)
    label = int(labels[index])
    return Picture(
        f"{model.classes[label]}, held-out picture {index}",
        f"{model.data}-{index}",
        pixels[index],
        label,
        frozenset({model.classes[label]}),
        is_own(model.data),
        f"{held_out_code(model.data, model.input_shape[-1])}\npixels = pixels[{index}]",
    )


def _photograph(name: str, model: Classifier) -> Picture:
    from dlviz.figures.attack import RIGHT
    from dlviz.io.pictures import fit

    size = model.input_shape[-1]
    source = (
        "from dlviz.io.photographs import load_photograph\nfrom dlviz.io.pictures import fit\n\n"
        f'pixels = fit(load_photograph("{name}"), {size})'
    )
    label = None
    right = frozenset[str]() if has_data(model) else RIGHT.get(name)
    if model.data == "photo_crops":
        label = list(PHOTOGRAPHS).index(name)
        right = frozenset({model.classes[label]})
    pixels = fit(load_photograph(name), size)
    title = PHOTOGRAPHS[name].title
    return _as_seen(Picture(title, name, pixels, label, right, False, source), model)


def _as_seen(picture: Picture, model: Classifier) -> Picture:
    """In grey where the network sees grey: the mean of the three colours."""
    if model.input_shape[0] == picture.pixels.shape[0]:
        return picture
    grey = picture.pixels.float().mean(dim=0, keepdim=True).round().to(picture.pixels.dtype)
    code = f"{picture.source}\npixels = pixels.float().mean(dim=0, keepdim=True).round().byte()"
    return replace(picture, pixels=grey, source=code)

"""Choosing the picture to look at: held-out, a photograph, one's own, or the camera's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.data import held_out_of, is_own

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.core.classifier import Classifier

MAX_UPLOAD_MB = 10
HELD_OUT, OWN, CAMERA = "held_out", "own", "camera"


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture of a network's input size: ``pixels`` uint8 C×H×W.

    ``title`` says what it is, ``name`` is for files. ``label`` is its class's number, None if
    nobody knows. ``own``: the visitor's, so nothing made from it may be cached where others could
    see it. ``source``: Python that sets ``pixels``.
    """

    title: str
    name: str
    pixels: Tensor
    label: int | None
    own: bool
    source: str

    @property
    def key(self) -> str:
        """What results made from it are kept under: a digest of its pixels."""
        return sha256(self.pixels.numpy().tobytes()).hexdigest()[:24]


def choose_picture(model: Classifier, told: DeltaGenerator, *, first: int = 0) -> Picture:
    """A select box, and what the choice needs besides; the address has it as ``picture``.

    A network with a data set of its own begins with that set's held-out picture number ``first``
    (the address has the number as ``image``), another one with a photograph. Until somebody's own
    picture is there, and where one is refused, a shipped one stands in and ``told`` says so.
    """
    sources: dict[str, Named] = {}
    if _has_data(model):
        sources[HELD_OUT] = Named("Held-out picture")
    sources |= {name: Named(entry.title) for name, entry in PHOTOGRAPHS.items()}
    sources |= {OWN: Named("Your own picture …"), CAMERA: Named("Your camera …")}
    context = model.data or "photographs"
    source = choice("Picture", sources, key="picture", context=context, width=220)
    if source in (OWN, CAMERA):
        given = _given(source, model, told)
        if given is not None:
            return given
        source = next(iter(sources))
    if source == HELD_OUT:
        return _held_out(model, first)
    return _photograph(source, model)


def _has_data(model: Classifier) -> bool:
    from dlviz.io.datasets import OWN as OWN_DATA
    from dlviz.io.datasets import is_known

    return is_known(model.data) or model.data.startswith(OWN_DATA)


def _held_out(model: Classifier, first: int) -> Picture:
    """Raises ValueError with one sentence where the pictures are gone."""
    from dlviz.figures.data_code import held_out_code

    pixels, labels = held_out_of(model.data)
    last = len(pixels) - 1
    index = number(
        f"Image (0 to {last})",
        0,
        last,
        min(first, last),
        key="image",
        context=model.data,
        width=150,
    )
    label = int(labels[index])
    return Picture(
        f"{model.classes[label]}, held-out picture {index}",
        f"{model.data}-{index}",
        pixels[index],
        label,
        is_own(model.data),
        f"{held_out_code(model.data, model.input_shape[-1])}\npixels = pixels[{index}]",
    )


def _photograph(name: str, model: Classifier) -> Picture:
    from dlviz.io.pictures import fit

    size = model.input_shape[-1]
    source = (
        "from dlviz.io.photographs import load_photograph\nfrom dlviz.io.pictures import fit\n\n"
        f'pixels = fit(load_photograph("{name}"), {size})'
    )
    pixels = fit(load_photograph(name), size)
    label = list(PHOTOGRAPHS).index(name) if model.data == "photo_crops" else None
    return _as_seen(Picture(PHOTOGRAPHS[name].title, name, pixels, label, False, source), model)


def _given(source: str, model: Classifier, told: DeltaGenerator) -> Picture | None:
    """The visitor's newest good picture from an upload or the camera; None until there is one."""
    from dlviz.io.pictures import PictureError, fit, read_picture

    size = model.input_shape[-1]
    with told:
        if source == OWN:
            file = st.file_uploader(
                "Your picture",
                type=["png", "jpg", "jpeg", "webp"],
                max_upload_size=MAX_UPLOAD_MB,
                label_visibility="collapsed",
            )
        else:
            st.caption("A browser lends its camera only to a page on localhost or https.")
            file = st.camera_input(
                "Your camera", label_visibility="collapsed", resolution="480p", width=320
            )
        if file is None:
            st.caption("Until then, one that is here anyway.")
            return None
        try:
            pixels = fit(read_picture(file.getvalue()), size)
        except PictureError as error:
            st.error(str(error))
            return None
    code = (
        "from pathlib import Path\nfrom dlviz.io.pictures import fit, read_picture\n\n"
        f'pixels = fit(read_picture(Path("my-picture.png").read_bytes()), {size})'
    )
    return _as_seen(Picture("your picture", "my-picture", pixels, None, True, code), model)


def _as_seen(picture: Picture, model: Classifier) -> Picture:
    """In grey where the network sees grey: the mean of the three colours."""
    if model.input_shape[0] == picture.pixels.shape[0]:
        return picture
    grey = picture.pixels.float().mean(dim=0, keepdim=True).round().to(picture.pixels.dtype)
    code = f"{picture.source}\npixels = pixels.float().mean(dim=0, keepdim=True).round().byte()"
    return replace(picture, pixels=grey, source=code)

"""The adversarial page's pictures to attack, its cached gradients, and the part that ε moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.controls import choice
from dlviz.ui.data import held_out_of, is_own

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.classifier import Classifier
    from dlviz.figures.attack import Study
    from dlviz.ui.models import Offer

FIRST_PHOTOGRAPH = "coffee"
UPLOAD = "own"
MAX_UPLOAD_MB = 10
Key = tuple[str, str]  # of a cached gradient: the model's name and the digest of the pixels
TRIES = 64  # held-out pictures looked through for one that the net gets right


@dataclass(frozen=True, eq=False)
class Subject:
    """The picture to attack: ``pixels`` uint8 C×H×W and the class names ``right`` for it.

    ``right`` is None if nobody knows. ``own``: the visitor's, so nothing made from it may be
    cached where others could see it. ``source``: Python that sets ``pixels``.
    """

    name: str
    pixels: Tensor
    right: frozenset[str] | None
    own: bool
    source: str


def choose_subject(model: Classifier) -> Subject:
    """A held-out image of the data set that the model knows, or a photograph."""
    from dlviz.io.datasets import OWN, is_known

    if is_known(model.data) or model.data.startswith(OWN):
        return _held_out(model)
    return _photograph(model.input_shape[-1])


def _held_out(model: Classifier) -> Subject:
    from dlviz.figures.data_code import held_out_code

    try:
        pixels, labels = held_out_of(model.data)
    except ValueError as error:  # the visitor has removed them
        st.error(str(error))
        st.stop()
    first = _one_that_is_right(model, range(len(pixels)))
    known = st.session_state.setdefault("image of", model.data)
    if known != model.data:  # another data set: its own number says nothing here
        st.session_state.update({"image of": model.data, "image": first})
    number, other = st.columns([8, 5], gap="xsmall", vertical_alignment="bottom")
    index = number.number_input(
        "Held-out image",
        0,
        len(pixels) - 1,
        value=first,
        key="image",
        bind="query-params",
        help=f"Number 0 to {len(pixels) - 1}: pictures that the net was not trained on.",
    )
    other.button(
        "Random",
        on_click=_draw_another,
        args=(model,),
        width="stretch",
        help="Another picture that the net gets right.",
    )
    right = frozenset({model.classes[int(labels[index])]})
    source = f"{held_out_code(model.data, model.input_shape[-1])}\npixels = pixels[{index}]"
    return Subject(f"{model.data}-{index}", pixels[index], right, is_own(model.data), source)


def _draw_another(model: Classifier) -> None:
    count = len(held_out_of(model.data)[0])
    order = np.random.default_rng().permutation(count).tolist()
    st.session_state["image"] = _one_that_is_right(model, order)


def _one_that_is_right(model: Classifier, order: Sequence[int]) -> int:
    """The first of these held-out images that the model names rightly and surely."""
    from dlviz.core.data import to_unit
    from dlviz.figures.attack import SURE

    pixels, labels = held_out_of(model.data)
    for start in range(0, min(TRIES, len(order)), 8):
        some = list(order[start : start + 8])
        sure, answer = model.probabilities(to_unit(pixels[some])).max(dim=1)
        for index in ((answer == labels[some]) & (sure >= SURE)).nonzero().flatten().tolist():
            return some[int(index)]
    return order[0]


def _photograph(size: int) -> Subject:
    from dlviz.figures.attack import RIGHT
    from dlviz.io.pictures import PictureError, fit

    name = choice(
        "Photograph",
        {
            FIRST_PHOTOGRAPH: PHOTOGRAPHS[FIRST_PHOTOGRAPH],  # the first one is the default
            **PHOTOGRAPHS,
            UPLOAD: SimpleNamespace(title="Your own picture …"),
        },
        key="photo",
    )
    if name == UPLOAD:
        file = st.file_uploader(
            "Picture",
            type=["png", "jpg", "jpeg", "webp"],
            max_upload_size=MAX_UPLOAD_MB,
            label_visibility="collapsed",
        )
        if file is not None:
            try:
                pixels = _fitted(file.getvalue(), size)
            except PictureError as error:
                st.error(str(error))
            else:
                source = (
                    "from pathlib import Path\n"
                    "from dlviz.io.pictures import fit, read_picture\n\n"
                    f'pixels = fit(read_picture(Path("my-picture.png").read_bytes()), {size})'
                )
                return Subject("my-picture", pixels, None, True, source)
        else:
            st.caption(f"Until then: {PHOTOGRAPHS[FIRST_PHOTOGRAPH].title.lower()}.")
        name = FIRST_PHOTOGRAPH
    source = (
        "from dlviz.io.photographs import load_photograph\nfrom dlviz.io.pictures import fit\n\n"
        f'pixels = fit(load_photograph("{name}"), {size})'
    )
    return Subject(name, fit(load_photograph(name), size), RIGHT.get(name), False, source)


@st.cache_data(scope="session", max_entries=2, show_spinner=False)
def _fitted(data: bytes, size: int) -> Tensor:
    from dlviz.io.pictures import fit, read_picture

    return fit(read_picture(data), size)


def studied(offer: Offer, model: Classifier, subject: Subject) -> Study:
    """The gradient for this model and picture, computed once.

    Shared by all visitors only where model and picture are shipped ones.
    """
    digest = sha256(subject.pixels.numpy().tobytes()).hexdigest()
    look_up = _own_study if offer.own or subject.own else _shared_study
    return look_up((offer.key, digest), model, subject.pixels)


@st.cache_data(max_entries=128, show_spinner="Computing the gradient …")
def _shared_study(key: Key, _model: Classifier, _pixels: Tensor) -> Study:  # noqa: ARG001
    from dlviz.figures.attack import study

    return study(_model, _pixels)


@st.cache_data(scope="session", max_entries=16, show_spinner="Computing the gradient …")
def _own_study(key: Key, _model: Classifier, _pixels: Tensor) -> Study:  # noqa: ARG001
    from dlviz.figures.attack import study

    return study(_model, _pixels)


def load_model_code(offer: Offer) -> str:
    """Python that sets ``model``: a shipped one by name, the visitor's from its saved file."""
    if not offer.own:
        return f'import dlviz\n\nmodel = dlviz.load_model("{offer.key}")'
    return (
        "from pathlib import Path\nfrom dlviz.io.checkpoints import read_checkpoint\n\n"
        "# Your model, saved on the Training page.\n"
        'model = read_checkpoint(Path("my-model.safetensors").read_bytes())[-1].classifier'
    )

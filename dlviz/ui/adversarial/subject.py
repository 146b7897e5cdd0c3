"""The picture to attack, and the code that loads what is attacked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st

from dlviz.ui.data import held_out_of
from dlviz.ui.pictures import Picture as Subject
from dlviz.ui.pictures import choose_picture

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dlviz.core.classifier import Classifier
    from dlviz.ui.models import Offer

__all__ = ["Subject", "choose_subject", "load_model_code"]

FIRST_PHOTOGRAPH = "coffee"
TRIES = 64  # held-out pictures looked through for one that the net gets right
OLD, NEW = "photo", "picture"  # what links used to call the picture, and do now
_first: WeakKeyDictionary[Classifier, int] = WeakKeyDictionary()


def choose_subject(model: Classifier, told: DeltaGenerator | None = None) -> Subject:
    """The picture to attack: at first one that the net names rightly and surely.

    ``told`` has what a picture of one's own needs (or it stands here). Raises ValueError with one
    sentence where the held-out pictures are gone.
    """
    if (asked := st.query_params.get(OLD)) is not None:
        del st.query_params[OLD]
        st.query_params.setdefault(NEW, asked)
    return choose_picture(
        model,
        told,
        first=lambda: _first_of(model),
        photograph=FIRST_PHOTOGRAPH,
        another=lambda: _another(model),
    )


def _first_of(model: Classifier) -> int:
    """Looked for once: a model and what it is tested on stay as they are."""
    if model not in _first:
        _first[model] = _one_that_is_right(model, range(len(held_out_of(model.data)[0])))
    return _first[model]


def _another(model: Classifier) -> int:
    count = len(held_out_of(model.data)[0])
    return _one_that_is_right(model, np.random.default_rng().permutation(count).tolist())


def _one_that_is_right(model: Classifier, order: Iterable[int]) -> int:
    """The first of these held-out images that the model names rightly and surely.

    Not so surely, if there is another, that its probability rounds to 1: then the gradient that
    an attack follows is mostly lost.
    """
    from dlviz.core.data import to_unit
    from dlviz.figures.attack import SURE

    pixels, labels = held_out_of(model.data)
    order, found = list(order), []
    for start in range(0, min(TRIES, len(order)), 8):
        some = order[start : start + 8]
        sure, answer = model.probabilities(to_unit(pixels[some])).cpu().max(dim=1)
        right = (answer == labels[some]) & (sure >= SURE)
        for at in (right & (sure < 1)).nonzero().flatten().tolist():
            return some[int(at)]
        found += [some[int(at)] for at in right.nonzero().flatten().tolist()]
    return found[0] if found else order[0]


def load_model_code(offer: Offer) -> str:
    """Python that sets ``model``: a shipped one by name, the visitor's from its saved file."""
    if not offer.own:
        return f'import dlviz\n\nmodel = dlviz.load_model("{offer.key}")'
    return (
        "from pathlib import Path\nfrom dlviz.io.checkpoints import read_checkpoint\n\n"
        "# Your model, saved on the Training page.\n"
        'model = read_checkpoint(Path("my-model.safetensors").read_bytes())[-1].classifier'
    )

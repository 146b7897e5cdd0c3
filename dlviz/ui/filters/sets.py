"""The pictures that a search goes through: held-out, training, or squares of photographs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.controls import Named, choice
from dlviz.ui.data import held_out_of, training_of

if TYPE_CHECKING:
    from torch import Tensor

    from dlviz.core.classifier import Classifier

HELD_OUT, TRAINING, PHOTOS = "held_out", "training", "photographs"
NOUNS = {
    HELD_OUT: "held-out pictures",
    TRAINING: "training pictures",
    PHOTOS: "squares of photographs",
}
_TITLES = {HELD_OUT: Named("Held-out"), TRAINING: Named("Training")}


@dataclass(frozen=True, eq=False)
class Searched:
    """Pictures to search: ``pixels`` uint8 N×C×H×W, ``titles[labels[i]]`` says what each shows.

    ``groups``: N numbers of which one picture each counts, the photograph's; None where every
    picture stands for itself. ``source``: Python that sets ``pixels`` and ``labels``.
    """

    name: str
    pixels: Tensor
    labels: Tensor
    titles: tuple[str, ...]
    groups: Tensor | None
    source: str

    @property
    def noun(self) -> str:
        """What is counted."""
        return NOUNS[self.name]

    def title(self, index: int) -> str:
        """What a picture shows."""
        return self.titles[int(self.labels[index])]

    @property
    def rule(self) -> str:
        """How pictures cut out of the same photograph are counted; empty where there are none."""
        if self.groups is None:
            return ""
        count = len(set(self.groups.tolist()))
        few = f"; there are {count} photographs" if count < 9 else ""
        return f" Of one photograph at most one counts{few}."


def choose_pictures(model: Classifier) -> str:
    """A select box, in the address as ``pictures``; none where there is nothing to choose."""
    if not _knows_data(model):
        return PHOTOS
    return choice("Pictures", _TITLES, key="pictures", context=model.data, width=140)


def pictures_of(model: Classifier, name: str = HELD_OUT) -> Searched:
    """The pictures called ``name`` for this network; training ones may have to be drawn first.

    A network without a data set of its own gets squares of the photographs. Raises ValueError
    with one sentence where the pictures are gone.
    """
    from dlviz.figures.data_code import held_out_code
    from dlviz.io.datasets import name_of

    if not _knows_data(model):
        return _photographs(model)
    pixels, labels = held_out_of(model.data) if name == HELD_OUT else _training_of(model.data)
    groups = labels if name_of(model.data) == "photo_crops" else None
    source = held_out_code(model.data, model.input_shape[-1])
    if name == TRAINING:
        source = _as_training(source)
    return Searched(name, pixels, labels, model.classes, groups, source)


def _as_training(source: str) -> str:
    """The lines for held-out pictures, made into lines for the others."""
    old = "from dlviz.io.datasets import held_out\n\npixels, labels = held_out("
    new = "from dlviz.io.datasets import load_data\n\ndata = load_data("
    source = source.replace("data.test_", "data.train_")
    if old not in source:
        return source
    return f"{source.replace(old, new)}\npixels, labels = data.train_pixels, data.train_labels"


def _training_of(key: str) -> tuple[Tensor, Tensor]:
    with st.spinner("The training pictures are being drawn: once, some seconds."):
        return training_of(key)


def _photographs(model: Classifier) -> Searched:
    from dlviz.io.photo_grid import photo_grid
    from dlviz.io.photographs import PHOTOGRAPHS

    size, channels = model.input_shape[-1], model.input_shape[0]
    pixels, labels = photo_grid(size)
    source = (
        "from dlviz.io.photo_grid import photo_grid\n\n"
        f"pixels, labels = photo_grid({size})  # labels: which photograph"
    )
    if channels == 1:
        pixels = pixels.float().mean(dim=1, keepdim=True).round().byte()
        source += "\npixels = pixels.float().mean(dim=1, keepdim=True).round().byte()"
    titles = tuple(entry.title for entry in PHOTOGRAPHS.values())
    return Searched(PHOTOS, pixels, labels, titles, labels, source)


def _knows_data(model: Classifier) -> bool:
    from dlviz.io.datasets import OWN, is_known

    return is_known(model.data) or model.data.startswith(OWN)

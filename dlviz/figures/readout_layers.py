"""The places at which a network is read out, in words."""

from __future__ import annotations

from dlviz.core.classifier import Classifier
from dlviz.core.readout import PIXELS, hidden_vectors
from dlviz.figures.layer_names import look_layers

MOST = 10  # places besides the pixels


def readable(model: Classifier) -> dict[str, str]:
    """Raw pixels, layers with maps, hidden dense layers: name → words, in order.

    Of many layers ten stay, evenly spaced, the last one among them.
    """
    try:
        maps = {name: about.words for name, about in look_layers(model).items()}
    except ValueError:  # a layer whose receptive fields nobody can follow
        maps = {}
    found = {**maps, **hidden_vectors(model)}
    names = list(found)
    if len(names) > MOST:
        names = [names[round(at * (len(names) - 1) / (MOST - 1))] for at in range(MOST)]
    return {PIXELS: "raw pixels", **{name: _short(found[name]) for name in names}}


def _short(words: str) -> str:
    """For an axis: it goes without saying that a ReLU came last."""
    return words.replace(" (after ReLU)", "")

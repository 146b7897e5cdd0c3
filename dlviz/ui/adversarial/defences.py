"""Defences: a net that was trained against attacks, or something that is done to its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlviz.ui.adversarial.defences_input import show_input
from dlviz.ui.adversarial.defences_trained import show_trained
from dlviz.ui.controls import Named, choice

if TYPE_CHECKING:
    from dlviz.ui.views import Place

TRAINED = "training"


def show(place: Place) -> None:
    """The defence that is chosen: adversarial training at first."""
    from dlviz.io.defences import DEFENCES

    kinds = {name: Named(defence.title) for name, defence in DEFENCES.items()}
    with place.controls:
        offered = {TRAINED: Named("Adversarial training"), **kinds}
        name = choice("Defence", offered, key="defence", width=210)
    if name == TRAINED:
        show_trained(place)
    else:
        show_input(place, DEFENCES[name])

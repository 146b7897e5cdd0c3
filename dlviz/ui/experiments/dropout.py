"""Dropout: what it is worth where there are few pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlviz.ui.controls import Named
from dlviz.ui.experiments.study import show_study

if TYPE_CHECKING:
    from dlviz.ui.views import Spot


def show(spot: Spot) -> None:
    """The experiment, recorded or the visitor's."""
    show_study(spot, {"dropout": Named("400 pictures")}, "Pictures", "dropout")

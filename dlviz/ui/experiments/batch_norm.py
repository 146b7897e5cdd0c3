"""Batch norm: what it is worth at a large learning rate, and at a small one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlviz.ui.controls import Named
from dlviz.ui.experiments.study import show_study

if TYPE_CHECKING:
    from dlviz.ui.views import Spot

RATES = {"norm_large": Named("0.15, large"), "norm_small": Named("0.01, small")}


def show(spot: Spot) -> None:
    """The experiment at one of two learning rates, recorded or the visitor's."""
    show_study(spot, RATES, "Learning rate", "batch_norm")

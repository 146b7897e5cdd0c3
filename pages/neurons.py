"""Neurons before depth: one unit by hand, one that learns, XOR, activations, ten layers."""

from __future__ import annotations

from dlviz.core.neurons_cards import NEURONS_CARDS
from dlviz.ui.neurons.views import NEURONS
from dlviz.ui.views import open_views

open_views("neurons", NEURONS_CARDS, NEURONS)

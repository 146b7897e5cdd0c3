"""Experiments: one setting differs, several seeds each; a notebook and a checklist."""

from __future__ import annotations

from dlviz.core.experiments_cards import EXPERIMENTS_CARDS
from dlviz.ui.experiments.views import EXPERIMENTS
from dlviz.ui.views import open_views

open_views("experiments", EXPERIMENTS_CARDS, EXPERIMENTS)

"""The famous networks: how they came about, what they are made of, and what they cost."""

from __future__ import annotations

from dlviz.core.architectures_cards import ARCHITECTURES_CARDS
from dlviz.ui.architectures.views import ARCHITECTURES
from dlviz.ui.views import open_views

open_views("architectures", ARCHITECTURES_CARDS, ARCHITECTURES)

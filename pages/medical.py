"""Medical: scores, thresholds and readers; CheXNet's table as intervals. Not a diagnosis tool."""

from __future__ import annotations

from dlviz.core.medical_cards import MEDICAL_CARDS
from dlviz.ui.medical.views import MEDICAL
from dlviz.ui.views import open_views

open_views("medical", MEDICAL_CARDS, MEDICAL)

"""Transfer learning: a trained base, a new head, and the same network from scratch."""

from __future__ import annotations

from dlviz.core.transfer_cards import TRANSFER_CARDS
from dlviz.ui.transfer.views import TRANSFER
from dlviz.ui.views import open_views

open_views("transfer", TRANSFER_CARDS, TRANSFER)

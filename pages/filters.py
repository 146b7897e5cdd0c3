"""The filters lab: Zeiler and Fergus' figures, on any network of the shelf."""

from __future__ import annotations

from dlviz.core.filter_cards import FILTER_CARDS
from dlviz.ui.filters.views import FILTERS
from dlviz.ui.views import open_lab

open_lab("filters", FILTER_CARDS, FILTERS, model="creatures_cnn")

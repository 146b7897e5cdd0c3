"""The views of the page “neurons”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

NEURONS_VIEWS: dict[str, LabView] = {}

NEURONS = Views(
    key="stage",
    package="dlviz.ui.neurons",
    entries=NEURONS_VIEWS,
    common=(),
)

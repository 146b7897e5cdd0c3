"""The views of the page “neurons”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

NEURONS_VIEWS: dict[str, LabView] = {
    "gates": LabView(
        "Gates", "Set the weights by hand: which gates can one unit be?", "gates", torch=False
    ),
}

NEURONS = Views(
    key="stage",
    package="dlviz.ui.neurons",
    entries=NEURONS_VIEWS,
    common=(),
)

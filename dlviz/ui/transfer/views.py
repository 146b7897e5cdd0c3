"""The views of the page “transfer”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

TRANSFER_VIEWS: dict[str, LabView] = {
    "slide": LabView(
        "One slide",
        "How few pictures does a new task take, if the features are there already?",
        "slide",
    ),
    "scratch": LabView(
        "Against scratch",
        "What does the same network learn in the same time without them?",
        "scratch",
    ),
}

TRANSFER = Views(
    key="step",
    package="dlviz.ui.transfer",
    entries=TRANSFER_VIEWS,
    common=("pictures", "each"),
)

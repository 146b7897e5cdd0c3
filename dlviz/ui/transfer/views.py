"""The views of the page “transfer”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

TRANSFER_VIEWS: dict[str, LabView] = {}

TRANSFER = Views(
    key="step",
    package="dlviz.ui.transfer",
    entries=TRANSFER_VIEWS,
    common=(),
)

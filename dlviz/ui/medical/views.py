"""The views of the page “medical”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

MEDICAL_VIEWS: dict[str, LabView] = {}

MEDICAL = Views(
    key="chapter",
    package="dlviz.ui.medical",
    entries=MEDICAL_VIEWS,
    common=(),
)

"""The views of the page “architectures”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

ARCHITECTURES_VIEWS: dict[str, LabView] = {}

ARCHITECTURES = Views(
    key="part",
    package="dlviz.ui.architectures",
    entries=ARCHITECTURES_VIEWS,
    common=(),
)

"""The views of the page “experiments”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

EXPERIMENTS_VIEWS: dict[str, LabView] = {}

EXPERIMENTS = Views(
    key="study",
    package="dlviz.ui.experiments",
    entries=EXPERIMENTS_VIEWS,
    common=(),
)

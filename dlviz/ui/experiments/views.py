"""The views of the page “experiments”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

EXPERIMENTS_VIEWS: dict[str, LabView] = {
    "dropout": LabView("Dropout", "What is dropout worth on 400 pictures?", "dropout", torch=False),
    "batch_norm": LabView(
        "Batch norm", "Why does batch norm allow large steps?", "batch_norm", torch=False
    ),
    "initialisation": LabView(
        "Initialisation", "Does it matter where a deep net starts?", "initialisation", torch=False
    ),
    "notebook": LabView("Notebook", "What do you expect? Write it down first.", "notebook"),
    "checklist": LabView("Checklist", "It failed. Where would you look?", "checklist"),
}

EXPERIMENTS = Views(
    key="study",
    package="dlviz.ui.experiments",
    entries=EXPERIMENTS_VIEWS,
    common=(),
)

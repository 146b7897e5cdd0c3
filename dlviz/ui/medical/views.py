"""The views of the page “medical”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

MEDICAL_VIEWS: dict[str, LabView] = {
    "threshold": LabView(
        "Threshold", "Move it: who is found, who is alarmed for nothing?", "threshold", torch=False
    ),
    "training": LabView(
        "Training", "What helps where hardly anybody is ill?", "training", torch=False
    ),
    "labels": LabView(
        "Several findings", "Why a sigmoid for each, not one softmax?", "labels", torch=False
    ),
    "chexnet": LabView(
        "CheXNet’s table", "Do overlapping intervals mean no difference?", "chexnet", torch=False
    ),
    "readers": LabView(
        "Readers", "Whose labels are right when nobody knows?", "readers", torch=False
    ),
}

MEDICAL = Views(
    key="chapter",
    package="dlviz.ui.medical",
    entries=MEDICAL_VIEWS,
    common=(),
)

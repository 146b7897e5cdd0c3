"""The views of the page “architectures”, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

ARCHITECTURES_VIEWS: dict[str, LabView] = {
    "timeline": LabView("Timeline", "What happened when?", "timeline", torch=False),
    "imagenet": LabView("ImageNet", "How fast did the error fall?", "imagenet", torch=False),
    "net": LabView("A network", "What is it made of, and where are its costs?", "net"),
    "pair": LabView("Two networks", "Which one spends what, and where?", "pair"),
    "cost": LabView("Accuracy and cost", "What does accuracy cost?", "cost", torch=False),
}

ARCHITECTURES = Views(
    key="part",
    package="dlviz.ui.architectures",
    entries=ARCHITECTURES_VIEWS,
    common=(),
)

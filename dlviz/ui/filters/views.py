"""The views of the filters lab, in visible order: which figure each one is, and what it asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

VIEWS: dict[str, LabView] = {
    "strongest": LabView(
        "Strongest nine",
        "What excites a channel most, and which pixels did?",
        "strongest",
        "figure 2",
    ),
    "deconvnet": LabView("Deconvnet", "Which pixels drove this unit?", "deconvnet", "figure 1"),
    "first": LabView("First layer", "What does the first layer look for?", "first", "figure 6"),
    "maps": LabView("Feature maps", "What does every layer answer to this picture?", "maps"),
    "evolution": LabView(
        "Evolution", "How did a channel come to look for this?", "evolution", "figure 4"
    ),
    "invariance": LabView(
        "Invariance", "How far do features move with the picture?", "invariance", "figure 5"
    ),
    "occlusion": LabView(
        "Occlusion", "Which part does the answer hang on?", "occlusion", "figure 7"
    ),
    "parts": LabView(
        "Parts", "Is the same part one thing to it, whoever wears it?", "parts", "figure 8"
    ),
    "ablation": LabView(
        "Ablation", "Which layers are missed when they are gone?", "ablation", "table 3"
    ),
    "features": LabView("Readout", "How good are the features of each layer?", "features"),
    "maximise": LabView("Dreams", "Which picture would excite it even more?", "maximise"),
}

FILTERS = Views(
    key="view",
    package="dlviz.ui.filters",
    entries=VIEWS,
    common=("model", "layer", "channel", "picture", "image"),
)

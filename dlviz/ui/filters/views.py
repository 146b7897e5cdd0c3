"""The views of the filters lab, in visible order: which figure each one is, and what it asks."""

from __future__ import annotations

from dlviz.ui.views import View, Views

VIEWS: dict[str, View] = {
    "strongest": View(
        "Strongest nine",
        "What excites a channel most, and which pixels did?",
        "strongest",
        "figure 2",
    ),
    "deconvnet": View("Deconvnet", "Which pixels drove this unit?", "deconvnet", "figure 1"),
    "first": View("First layer", "What does the first layer look for?", "first", "figure 6"),
    "maps": View("Feature maps", "What does every layer answer to this picture?", "maps"),
    "evolution": View(
        "Evolution", "How did a channel come to look for this?", "evolution", "figure 4"
    ),
    "invariance": View(
        "Invariance", "How far do features move with the picture?", "invariance", "figure 5"
    ),
    "occlusion": View("Occlusion", "Which part does the answer hang on?", "occlusion", "figure 7"),
    "parts": View(
        "Parts", "Is the same part one thing to it, whoever wears it?", "parts", "figure 8"
    ),
    "ablation": View(
        "Ablation", "Which layers are missed when they are gone?", "ablation", "table 3"
    ),
    "features": View("Readout", "How good are the features of each layer?", "features"),
    "maximise": View("Dreams", "Which picture would excite it even more?", "maximise"),
}

FILTERS = Views(
    key="view",
    package="dlviz.ui.filters",
    entries=VIEWS,
    common=("model", "layer", "channel", "picture", "image"),
)

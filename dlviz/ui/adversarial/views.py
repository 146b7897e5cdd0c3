"""The views of the adversarial lab, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import LabView, Views

ATTACK_VIEWS: dict[str, LabView] = {
    "opened": LabView("FGSM opened", "How does one step fool it?", "opened"),
    "family": LabView("Family", "What do many small steps find?", "family"),
    "inside": LabView("From inside", "Where in the net does it happen?", "inside"),
    "plane": LabView("The plane", "Where in the plane does the answer change?", "plane"),
    "many": LabView("Many pictures", "How many fall at which ε?", "many", model="creatures_cnn"),
    "transfer": LabView(
        "Transfer", "Who is fooled by whose pictures?", "transfer", model="creatures_cnn"
    ),
    "defences": LabView(
        "Defences", "What helps, and for how long?", "defences", model="digits_robust"
    ),
    "file": LabView("Saved file", "Does its file still fool?", "file"),
    "meaning": LabView("What it means", "What does it mean for safety, and what not?", "meaning"),
}

ADVERSARIAL = Views(
    key="scene",
    package="dlviz.ui.adversarial",
    entries=ATTACK_VIEWS,
    common=("model", "picture", "image", "eps", "attack", "target"),
)

"""The views of the adversarial lab, in visible order: what each one asks."""

from __future__ import annotations

from dlviz.ui.views import View, Views

ATTACK_VIEWS: dict[str, View] = {
    "opened": View("FGSM opened", "How does one step fool it?", "opened"),
    "family": View("Family", "What do many small steps find?", "family"),
    "inside": View("From inside", "Where in the net does it happen?", "inside"),
    "plane": View("The plane", "Where in the plane does the answer change?", "plane"),
    "many": View("Many pictures", "How many fall at which ε?", "many", model="creatures_cnn"),
    "transfer": View(
        "Transfer", "Who is fooled by whose pictures?", "transfer", model="creatures_cnn"
    ),
    "defences": View(
        "Defences", "What helps, and for how long?", "defences", model="digits_robust"
    ),
    "file": View("Saved file", "Does its file still fool?", "file"),
    "meaning": View("What it means", "What does it mean for safety, and what not?", "meaning"),
}

ADVERSARIAL = Views(
    key="scene",
    package="dlviz.ui.adversarial",
    entries=ATTACK_VIEWS,
    common=("model", "picture", "image", "eps", "attack", "target"),
)

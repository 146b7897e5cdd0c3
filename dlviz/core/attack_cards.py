"""The adversarial lab's lesson cards: settings, a question to predict from, and the answer.

One entry in ``ATTACK_CARDS`` each, in the order in which a student asks. Plain data; a test works
out every number of every answer.
"""

from __future__ import annotations

from dlviz.core.lessons import Card, card

_CARDS = (
    card(
        "noise",
        "Noise of the same size",
        "Every pixel has moved by 2 of 255 steps, and the espresso is gone. Predict: what would"
        " the same steps do, each up or down by chance?",
        "Nothing: still espresso. It is the direction that does it, not the size.",
    ),
    card(
        "unknown",
        "A picture that it does not know",
        "A brick wall, for which ImageNet has no class. Its best guess has changed. Predict: has"
        " the network been fooled?",
        "No: it did not know the picture to begin with. Only what was right and sure can be"
        " fooled.",
        picture="brick",
    ),
)

ATTACK_CARDS: dict[str, Card] = {item.name: item for item in _CARDS}

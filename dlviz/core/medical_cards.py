"""Lesson cards of the page “medical”: settings, a question to predict from, and the answer.

One entry in ``MEDICAL_CARDS`` each, in the order in which a student asks. Plain data;
a test works out every number of every answer.
"""

from __future__ import annotations

from dlviz.core.lessons import Card, card

_CARDS: tuple[Card, ...] = (
    card(
        "rare",
        "A rare illness",
        "Half of these are ill, and of 100 alarms 77 are right. Predict: how many are right where"
        " 2 of 100 pictures are ill, at the same threshold?",
        "6 of 100. Recall stays at about 0.77 (0.75), so does the ROC curve; but for each ill"
        " picture 49 well ones can raise an alarm.",
        then=("2 % are ill", {"ill": "0.02"}),
    ),
    card(
        "price",
        "Miss nobody",
        "Finding 309 of 400 ill pictures costs 92 false alarms. Predict: how many do 381 cost, at"
        " threshold 0.23?",
        "224, more than half of the 400 well ones. The last ill pictures look well: each costs"
        " more than the one before.",
        then=("Threshold 0.23", {"cut": "23"}),
    ),
    card(
        "imbalance",
        "One in ten",
        "One in ten is ill. Predict: of 80 ill pictures, how many will the plain head find at 0.5"
        " once it has learnt?",
        "8: it has learnt that hardly anybody is ill. The weighted loss finds 52; plain with its"
        " threshold at 0.22 finds 30, and its F1 is 0.38 instead of 0.39.",
        then=("Let it learn", {"frame": "19"}),
        chapter="training",
        frame="0",
    ),
    card(
        "softmax",
        "Three at once",
        "Three findings are in this picture. Predict: could a softmax give each of them more than"
        " one half?",
        "No: its shares add up to 1, and here they are 0.45, 0.30 and 0.24. Sigmoids share"
        " nothing: 0.87, 0.83 and 0.79.",
        chapter="labels",
        case="178",
    ),
    card(
        "overlap",
        "Overlap",
        "The intervals of A and B overlap, and B − A may be 0. Predict: if they erred on the same"
        " pictures, which of the three intervals would shrink?",
        "Only that of B − A: from −0.063 to 0.161 it becomes 0.002 to 0.088, without 0; most other"
        " samples need more likeness. A and B keep theirs, and go on overlapping.",
        then=("On the same pictures", {"alike": "16"}),
        chapter="chexnet",
    ),
    card(
        "judges",
        "Who judges?",
        "This program is never wrong. Predict: which F1 does it get by readers who differ on 22 %"
        " of the pictures?",
        "0.81: what the readers have by the truth; by each other they have 0.69. If 60 % of the"
        " error were shared, they would have 0.80, though no more by the truth: 0.82.",
        then=("Share the error", {"shared": "0.6"}),
        chapter="readers",
    ),
)

MEDICAL_CARDS: dict[str, Card] = {item.name: item for item in _CARDS}
"""The views of the page “medical”."""

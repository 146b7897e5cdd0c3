"""Lesson cards of the page “transfer”: settings, a question to predict from, and the answer.

One entry in ``TRANSFER_CARDS`` each, in the order in which a student asks. Plain data;
a test works out every number of every answer.
"""

from __future__ import annotations

from dlviz.core.lessons import Card, card

_CARDS: tuple[Card, ...] = (
    card(
        "eight",
        "Ten of each",
        "Eight species; neither colour nor brightness tells them apart, so guessing has 25 of 200."
        " Predict how many a new head has right after 80 pictures, and after how long. Start.",
        "Seconds; with seed 0 the head alone has 179, with the last block 188: 94 %. The base has"
        " never seen creatures, but it knows edges, ears and eyes.",
        then=("Another seed", {"seed": "4"}),
        pictures="creatures",
    ),
    card(
        "two",
        "When unfreezing hurts",
        "Two pictures of each class, all four soon learnt by heart. Predict: will the last block’s"
        " learning, too, help with the 200 others? Start it with the seeds 0 to 4.",
        "It cannot be relied on: 176 right before, 178 after; 179, 181; 183, 166; 180, 175; 184,"
        " 161. Four pictures are few for 886 080 more weights. With ten of each it never did harm.",
        then=("Ten of each", {"each": "10", "seed": "2"}),
        each="2",
    ),
    card(
        "halves",
        "Pictures from elsewhere",
        "Crops of eight photographs: learnt from left halves, judged on right halves. Start, and"
        " predict once all training crops are right: how many of 200 held-out ones are?",
        "With seed 0, 155. Rocket, stars and bricks look alike on both sides: 25 of 25 each. Of the"
        " photographer’s right half, grass and sky, 6. Training accuracy knows nothing of that.",
        pictures="crops",
    ),
    card(
        "slow",
        "The same network, alone",
        "Eight species, 5 s for each way; from scratch that is 3.5 million random weights and 80"
        " pictures. Predict what it has learnt by then. Start takes 20 s of training.",
        "Next to nothing: 13 % and 21 % right with two seeds, where guessing has 12.5 %; transfer"
        " has 97 % both times.",
        then=("Three times as long", {"seconds": "15"}),
        step="scratch",
        pictures="creatures",
        seconds="5",
        seeds="2",
    ),
)

TRANSFER_CARDS: dict[str, Card] = {item.name: item for item in _CARDS}
